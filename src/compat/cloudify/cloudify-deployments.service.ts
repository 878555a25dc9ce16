import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../../context/request-context.js';
import { AnnotatedRuns } from '../../executions/annotated-runs.service.js';
import { AnnotatedJobs } from '../../jobs/annotated-jobs.service.js';
import { AttributedGroups, type AttributedGroup } from '../../jobs/attributed-groups.service.js';
import { JobBundles, type BundledJob } from '../../jobs/job-bundles.service.js';
import type { Job } from '../../jobs/job.entity.js';
import { DomainError } from '../../kernel/domain-error.js';
import { parseId } from '../../kernel/ids.js';
import { BLUEPRINTS } from './blueprint-catalog.js';
import { badParameters, CloudifyRefusal, notFoundHere } from './cloudify-refusal.js';
import {
  CLOUDIFY_WORKFLOW,
  DEPLOYMENT_FIELDS,
  markOf,
  toDeployment,
  toWorkflow,
  type CloudifyDeployment,
  type CloudifyWorkflow,
  type DeploymentField,
  type DeploymentFacts,
  type WorkflowFacts,
} from './deployment.wire.js';
import { CLOUDIFY, type WorkflowMark } from './execution.wire.js';
import { told, type JsonObject } from './json-type.js';
import { includedFields, listQuery, projected, type ListQuery, type Query } from './list-query.js';
import { toList, type Listed } from './page.wire.js';
import { flag, optionalObject, optionalText, requiredText } from './request-body.js';
import { defaultsOf } from './workflow-parameters.js';
import { driverOf, ENVIRONMENT_WORKFLOW, isSystem, workflowPlans, type WorkflowPlan } from './workflow-plan.js';

const ID = /^(?!\s)[^\p{Cc}\p{Cs}]{1,100}(?<!\s)$/u;
const ORDERED: readonly DeploymentField[] = ['id', 'display_name', 'created_at', 'updated_at'];
const FILTERED: readonly DeploymentField[] = ['id', 'blueprint_id', 'display_name'];
/** Values of the two filters that are looked for together, multiplied. */
const MOST_PAIRS = 1_000;

/** A deployment with its workflows. */
export interface FoundDeployment {
  readonly group: AttributedGroup;
  readonly jobs: readonly Job[];
}

/** A deployment is a group in which one run is active at a time, its workflows are the jobs of the group. */
@Injectable()
export class CloudifyDeployments {
  constructor(
    @Inject(AttributedGroups) private readonly groups: AttributedGroups,
    @Inject(AnnotatedJobs) private readonly jobs: AnnotatedJobs,
    @Inject(JobBundles) private readonly bundles: JobBundles,
    @Inject(AnnotatedRuns) private readonly runs: AnnotatedRuns,
  ) {}

  /** Throws `not_found_error`. */
  async find(id: string): Promise<FoundDeployment> {
    // What looks like an id of ours, or cannot be a name, is none.
    const isName = ID.test(id) && parseId(id) === null;
    const group = isName ? await this.groups.find(CLOUDIFY, id) : undefined;
    if (group === undefined) throw notFoundHere('Deployment', id.slice(0, 100));
    return { group, jobs: await this.jobs.ofGroups(CLOUDIFY, [group.id]) };
  }

  async get(id: string, query: Query): Promise<CloudifyDeployment> {
    const include = includedFields(query, DEPLOYMENT_FIELDS);
    const { group, jobs } = await this.find(id);
    return projected(toDeployment(group, jobs, currentTenant().name), include);
  }

  async list(query: Query): Promise<Listed<CloudifyDeployment>> {
    const asked = listQuery(query, DEPLOYMENT_FIELDS);
    const { rows, total } = await this.slice(asked);
    const jobs = await this.jobs.ofGroups(
      CLOUDIFY,
      rows.map(({ id }) => id),
    );
    const items = rows.map((group) => {
      const own = jobs.filter((job) => job.groupId === group.id);
      return projected(toDeployment(group, own, currentTenant().name), asked.include);
    });
    return toList(items, total, asked);
  }

  /** The workflows of all deployments of a slice; names repeat where deployments have the same. */
  async workflows(query: Query): Promise<Listed<CloudifyWorkflow>> {
    const asked = listQuery(query, DEPLOYMENT_FIELDS);
    const { rows } = await this.slice({ ...asked, include: null });
    const jobs = await this.jobs.ofGroups(
      CLOUDIFY,
      rows.map(({ id }) => id),
    );
    return toList(jobs.map(toWorkflow), jobs.length, asked);
  }

  /** Throws `conflict_error` for an id that is taken, `not_found_error` for the blueprint, `bad_parameters_error`; then nothing is stored. */
  async create(id: string, body: JsonObject, query: Query): Promise<CloudifyDeployment> {
    const include = includedFields(query, DEPLOYMENT_FIELDS);
    if (!ID.test(id) || parseId(id) !== null)
      throw badParameters(`A deployment cannot be called ${told(id)}: use 1 to 100 characters, and not a UUID.`);
    const blueprintId = requiredText(body, 'blueprint_id');
    const facts: DeploymentFacts = {
      blueprint_id: blueprintId,
      description: optionalText(body, 'description'),
      display_name: optionalText(body, 'display_name') ?? id,
      inputs: optionalObject(body, 'inputs'),
    };
    const driver = driverOf(body, 'driver') ?? 'worker';
    const blueprint = BLUEPRINTS.find((one) => one.id === blueprintId);
    if (blueprint === undefined) throw notFoundHere('Blueprint', blueprintId.slice(0, 100));
    const workflows = body['workflows'] == null ? blueprint.workflows : optionalObject(body, 'workflows');
    const plans = workflowPlans(workflows, driver);
    await this.bundles.create(
      {
        name: id,
        description: `Deployment of the Cloudify API, of the blueprint ${blueprintId}.`,
        attributes: { [CLOUDIFY]: facts },
        maxConcurrency: 1,
        whenBusy: 'reject',
      },
      plans.map((plan) => bundled(id, blueprintId, plan)),
    );
    const made = await this.find(id);
    await this.makeReady(made.jobs);
    return projected(toDeployment(made.group, made.jobs, currentTenant().name), include);
  }

  /** Answers what it was. Throws `dependent_exists_error` while executions have not ended; `force` cancels those that wait. */
  async delete(id: string, query: Query, body: JsonObject): Promise<CloudifyDeployment> {
    const force = flag({ force: query['force'] ?? body['force'] }, 'force');
    const { group, jobs } = await this.find(id);
    try {
      await this.bundles.delete(group.id, { force });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'not_found') throw notFoundHere('Deployment', id);
      if (error.code !== 'busy' && error.code !== 'conflict') throw error;
      const message = `Deployment ${told(id)} cannot be deleted: it has executions that have not ended.`;
      throw new CloudifyRefusal('dependent_exists_error', message, { cause: error });
    }
    return toDeployment(group, jobs, currentTenant().name);
  }

  private slice({
    order,
    filters,
    offset,
    rows,
    option,
  }: ListQuery<DeploymentField>): ReturnType<AttributedGroups['list']> {
    const [first] = order;
    const wrong = [...filters.keys()].find((field) => !FILTERED.includes(field));
    if (wrong !== undefined)
      throw badParameters(`Deployments can be filtered by ${FILTERED.join(', ')}, not by ${wrong}.`);
    if (first !== undefined && !ORDERED.includes(first.field))
      throw badParameters(`Deployments can be sorted by ${ORDERED.join(', ')}, not by ${first.field}.`);
    const [names, text] = [filters.get('id'), option('_search') ?? option('_search_name')];
    const contained = kept(filters);
    return this.groups.list(CLOUDIFY, {
      orderBy: first?.field === 'id' || first?.field === 'display_name' ? 'name' : 'created_at',
      falls: first?.falls ?? false,
      offset,
      rows,
      ...(names && { names }),
      ...(text !== undefined && { like: { text, member: 'display_name' } }),
      ...(contained.length > 0 && { contains: contained }),
    });
  }

  /** A deployment that brings the workflow for it is made ready by it; others are ready. */
  private async makeReady(jobs: readonly Job[]): Promise<void> {
    const job = jobs.find((one) => markOf(one).workflow === ENVIRONMENT_WORKFLOW);
    if (job === undefined) return;
    const note = { api: CLOUDIFY, fields: {} };
    await this.runs.start(job.id, { ifBusy: 'queue' }, { note, isDry: false });
  }
}

/**
 * Every pair of a wanted blueprint and a wanted name to be shown, of which a deployment must have one; none: neither is asked for. Throws
 * `bad_parameters_error` for more than make sense.
 */
function kept(filters: ListQuery<DeploymentField>['filters']): Partial<DeploymentFacts>[] {
  const blueprints = filters.get('blueprint_id')?.map((blueprint_id) => ({ blueprint_id })) ?? [{}];
  const names = filters.get('display_name')?.map((display_name) => ({ display_name })) ?? [{}];
  if (!filters.has('blueprint_id') && !filters.has('display_name')) return [];
  const pairs = blueprints.length * names.length;
  if (pairs > MOST_PAIRS)
    throw badParameters(`blueprint_id and display_name make ${pairs} pairs; they may make ${MOST_PAIRS} at most.`);
  return blueprints.flatMap((one) => names.map((other) => ({ ...one, ...other })));
}

function bundled(deployment: string, blueprint: string, plan: WorkflowPlan): BundledJob {
  const { name, operation, args, parameters, driver, plugin, isAvailable } = plan;
  const mark: WorkflowMark = { deployment, blueprint, workflow: name, system: isSystem(name) };
  const facts: WorkflowFacts = { parameters, plugin, available: isAvailable };
  return {
    input: {
      name: `${name} of ${deployment}`.slice(0, 200),
      description: `Workflow of the deployment ${deployment} of the Cloudify API.`,
      jobClass: operation,
      args: [...args],
      parameters: { ...defaultsOf(parameters) },
    },
    extras: { annotations: { [CLOUDIFY]: mark, [CLOUDIFY_WORKFLOW]: facts }, driver },
  };
}
