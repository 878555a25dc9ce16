import { Inject, Injectable } from '@nestjs/common';
import { AnnotatedExecutions } from '../../executions/annotated-executions.service.js';
import { AnnotatedRuns } from '../../executions/annotated-runs.service.js';
import type { Job } from '../../jobs/job.entity.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { CloudifyDeployments, type FoundDeployment } from './cloudify-deployments.service.js';
import { CloudifyExecutions } from './cloudify-executions.service.js';
import { CloudifyRefusal, notFoundHere } from './cloudify-refusal.js';
import { factsOf, markOf } from './deployment.wire.js';
import { isEnd } from './execution-states.js';
import { CLOUDIFY, EXECUTION_FIELDS, statusOf, type CloudifyExecution, type ExecutionNote } from './execution.wire.js';
import { told, type JsonObject } from './json-type.js';
import { includedFields, type Query } from './list-query.js';
import { startRequest, type StartRequest } from './start-request.js';
import { mergedParameters } from './workflow-parameters.js';
import { ENVIRONMENT_WORKFLOW } from './workflow-plan.js';

/** Starts workflows. Whether the deployment is free is decided with the run, in one statement under the group's lock. */
@Injectable()
export class CloudifyStarts {
  constructor(
    @Inject(CloudifyDeployments) private readonly deployments: CloudifyDeployments,
    @Inject(CloudifyExecutions) private readonly shown: CloudifyExecutions,
    @Inject(AnnotatedExecutions) private readonly executions: AnnotatedExecutions,
    @Inject(AnnotatedRuns) private readonly runs: AnnotatedRuns,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** In the original's order: the body, the deployment, its environment, the workflow, the parameters, room. Nothing is stored when one of them refuses. */
  async start(body: JsonObject, query: Query): Promise<CloudifyExecution> {
    const include = includedFields(query, EXECUTION_FIELDS);
    const request = startRequest(body, this.clock.nowMs());
    const deployment = await this.deployments.find(request.deploymentId);
    await this.refuseUnready(deployment, request.workflowId);
    const job = workflowOf(deployment, request.workflowId);
    const allowCustom = request.allowCustom || markOf(job).system;
    const given = { allowCustom };
    const parameters = mergedParameters(request.workflowId, factsOf(job).parameters, request.parameters, given);
    const id = await this.run(job, request, parameters).catch((error: unknown) => {
      throw translated(error, request.deploymentId);
    });
    return this.shown.shown(await this.shown.find(id), include);
  }

  private run(job: Job, request: StartRequest, parameters: JsonObject): Promise<string> {
    const { allowCustom, isDry, force, queue, at } = request;
    // Most runs are nothing special, and nothing is kept beside them.
    const fields: ExecutionNote = {
      ...(allowCustom && { allow_custom: true }),
      ...(isDry && { dry_run: true }),
      ...(at !== null && { scheduled_for: at.toISOString() }),
    };
    const note = { api: CLOUDIFY, fields: { ...fields } };
    if (at !== null && !isDry) return this.runs.plan(job.id, { runAt: at, parameters }, note);
    const ifBusy = queue ? 'queue' : 'reject';
    return this.runs.start(job.id, { parameters, force, ifBusy }, { note, isDry });
  }

  /** Only a deployment that brought the workflow that makes it ready can be unready. */
  private async refuseUnready({ group, jobs }: FoundDeployment, workflowId: string): Promise<void> {
    const making = jobs.find((job) => markOf(job).workflow === ENVIRONMENT_WORKFLOW);
    if (making === undefined || workflowId === ENVIRONMENT_WORKFLOW) return;
    const mark = { deployment: group.name, workflow: ENVIRONMENT_WORKFLOW };
    const latest = {
      order: [{ key: 'created_at', falls: true }],
      offset: 0,
      rows: 1,
      stateNames: {} as never,
    } as const;
    const { rows } = await this.executions.list(CLOUDIFY, { ofJob: [mark] }, latest);
    const [made] = rows.filter(({ jobId }) => jobId === making.id);
    const status = made === undefined ? 'pending' : statusOf(made);
    if (status === 'terminated') return;
    const about = `The environment of the deployment ${told(group.name)}`;
    if (isEnd(status))
      throw new CloudifyRefusal(
        'deployment_creation_error',
        `${about} could not be made: ${status}. ${made?.error ?? ''}`,
      );
    if (status === 'pending' || status === 'queued' || status === 'scheduled')
      throw new CloudifyRefusal('deployment_environment_creation_pending_error', `${about} is not being made yet.`);
    throw new CloudifyRefusal('deployment_environment_creation_in_progress_error', `${about} is being made.`);
  }
}

function workflowOf({ group, jobs }: FoundDeployment, workflowId: string): Job {
  const job = jobs.find((one) => markOf(one).workflow === workflowId);
  const about = `The workflow ${told(workflowId)} of the deployment ${told(group.name)}`;
  if (job === undefined) throw new CloudifyRefusal('nonexistent_workflow_error', `${about} does not exist.`);
  if (!factsOf(job).available) throw new CloudifyRefusal('unavailable_workflow_error', `${about} is not available.`);
  return job;
}

function translated(error: unknown, deploymentId: string): unknown {
  if (!(error instanceof DomainError)) return error;
  // Deleted since it was looked up.
  if (error.code === 'not_found') return notFoundHere('Deployment', deploymentId);
  if (error.code !== 'busy') return error;
  const message = `The deployment ${told(deploymentId)} has an execution that has not ended. Wait for it, use "queue" to stand in line, or "force" to run beside it.`;
  return new DomainError('busy', message, [], { cause: error });
}
