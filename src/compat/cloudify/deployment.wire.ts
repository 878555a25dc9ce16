/** Deployments and blueprints as Cloudify shows them. Source: contract A3, "Source-only neighbours". */
import { ApiProperty } from '@nestjs/swagger';
import type { AttributedGroup } from '../../jobs/attributed-groups.service.js';
import type { Job } from '../../jobs/job.entity.js';
import type { Blueprint } from './blueprint-catalog.js';
import { CLOUDIFY, type WorkflowMark } from './execution.wire.js';
import { isObject, type JsonObject } from './json-type.js';
import { Pagination, type Listed } from './page.wire.js';
import type { WorkflowSchema } from './workflow-parameters.js';

/** The key of the annotation of a job that holds what its mark is too small for. */
export const CLOUDIFY_WORKFLOW = 'cloudify_workflow';

const TIME = { example: '2017-04-17T12:12:36.626Z' };
const FREE = { type: 'object', additionalProperties: true, example: {} } as const;
const VISIBILITY = { example: 'tenant' };

/** What the group of a deployment keeps in its attributes. */
export interface DeploymentFacts {
  readonly blueprint_id: string;
  readonly description: string | null;
  readonly display_name: string | null;
  readonly inputs: JsonObject;
}

/** What a job keeps of the workflow that it is. */
export interface WorkflowFacts {
  readonly parameters: WorkflowSchema;
  readonly plugin: string;
  readonly available: boolean;
}

/** A workflow of a deployment. */
export class CloudifyWorkflow {
  @ApiProperty({ example: 'install' }) name: string;
  @ApiProperty({ ...TIME, nullable: true, type: String }) created_at: string | null;
  @ApiProperty({ ...FREE, description: 'The schema: parameters by name.' }) parameters: WorkflowSchema;
  @ApiProperty({ example: 'noop', description: 'The job class.' }) operation: string;
  @ApiProperty({ example: '' }) plugin: string;
  @ApiProperty({ example: true }) is_available: boolean;
}

/** A deployment. */
export class CloudifyDeployment {
  @ApiProperty({ example: 'hello1' }) id: string;
  @ApiProperty({ example: 'hello1' }) display_name: string;
  @ApiProperty({ example: 'hello-world' }) blueprint_id: string;
  @ApiProperty({ type: String, nullable: true, example: null }) description: string | null;
  @ApiProperty(TIME) created_at: string;
  @ApiProperty(TIME) updated_at: string;
  @ApiProperty({ example: 'admin' }) created_by: string;
  @ApiProperty({ example: 'default_tenant' }) tenant_name: string;
  @ApiProperty(FREE) inputs: JsonObject;
  @ApiProperty({ type: [CloudifyWorkflow] }) workflows: CloudifyWorkflow[];
  @ApiProperty(VISIBILITY) visibility: string;
  @ApiProperty(VISIBILITY) resource_availability: string;
  @ApiProperty({ example: false }) private_resource: boolean;
  @ApiProperty({ type: [String], example: [], description: 'There are none; nor is there anything in what follows.' })
  labels: [];
  @ApiProperty(FREE) outputs: object;
  @ApiProperty(FREE) capabilities: object;
  @ApiProperty(FREE) groups: object;
  @ApiProperty(FREE) scaling_groups: object;
  @ApiProperty(FREE) policy_types: object;
  @ApiProperty(FREE) policy_triggers: object;
  @ApiProperty({ ...FREE, nullable: true, example: null }) resource_tags: null;
  @ApiProperty({ type: String, nullable: true, example: null }) site_name: null;
  @ApiProperty({ example: false }) runtime_only_evaluation: boolean;
}

/** What no deployment has here, worded as the original words that there is nothing: its client counts on some of it. */
const NOTHING = {
  labels: [] as [],
  ...{ outputs: {}, capabilities: {}, groups: {}, scaling_groups: {}, policy_types: {} },
  ...{ policy_triggers: {}, resource_tags: null, site_name: null, runtime_only_evaluation: false },
} satisfies Partial<CloudifyDeployment>;

/** `GET /deployments` */
export class CloudifyDeploymentList implements Listed<CloudifyDeployment> {
  @ApiProperty({ type: [CloudifyDeployment] }) items: CloudifyDeployment[];
  @ApiProperty({ type: Pagination }) metadata: Pagination;
}

/** `GET /workflows` */
export class CloudifyWorkflowList implements Listed<CloudifyWorkflow> {
  @ApiProperty({ type: [CloudifyWorkflow] }) items: CloudifyWorkflow[];
  @ApiProperty({ type: Pagination }) metadata: Pagination;
}

/** A blueprint. */
export class CloudifyBlueprint {
  @ApiProperty({ example: 'hello-world' }) id: string;
  @ApiProperty({ example: 'Made with the server.' }) description: string;
  @ApiProperty({ example: 'blueprint.yaml' }) main_file_name: string;
  @ApiProperty({ ...FREE, description: 'Only the workflows.' }) plan: JsonObject;
  @ApiProperty({ example: 'uploaded' }) state: string;
  @ApiProperty({ example: 'default_tenant' }) tenant_name: string;
  @ApiProperty(VISIBILITY) visibility: string;
  @ApiProperty({ type: String, nullable: true, example: null, description: 'Nobody made it.' }) created_at: null;
  @ApiProperty({ type: String, nullable: true, example: null }) updated_at: null;
  @ApiProperty({ type: String, nullable: true, example: null }) created_by: null;
  @ApiProperty({ type: [String], example: [], description: 'There are none.' }) labels: [];
}

/** `GET /blueprints` */
export class CloudifyBlueprintList implements Listed<CloudifyBlueprint> {
  @ApiProperty({ type: [CloudifyBlueprint] }) items: CloudifyBlueprint[];
  @ApiProperty({ type: Pagination }) metadata: Pagination;
}

/** Fields that a deployment can be included, filtered and sorted by; which of the latter two do something is the service's to say. */
export const DEPLOYMENT_FIELDS = [
  'id',
  'display_name',
  'blueprint_id',
  'description',
  'created_at',
  'updated_at',
  'created_by',
  'tenant_name',
  'inputs',
  'workflows',
  'visibility',
  'resource_availability',
  'private_resource',
  ...(['labels', 'outputs', 'capabilities', 'groups', 'scaling_groups', 'policy_types'] as const),
  ...(['policy_triggers', 'resource_tags', 'site_name', 'runtime_only_evaluation'] as const),
] as const satisfies readonly (keyof CloudifyDeployment)[];
export type DeploymentField = (typeof DEPLOYMENT_FIELDS)[number];

/** Also of a group whose attributes somebody changed through our own API. */
export function toDeployment(group: AttributedGroup, jobs: readonly Job[], tenant: string): CloudifyDeployment {
  const kept = group.attributes[CLOUDIFY];
  const facts: Partial<DeploymentFacts> = isObject(kept) ? kept : {};
  return {
    id: group.name,
    display_name: facts.display_name ?? group.name,
    blueprint_id: facts.blueprint_id ?? '',
    description: facts.description ?? null,
    created_at: group.createdAt.toISOString(),
    updated_at: group.updatedAt.toISOString(),
    created_by: group.createdBy,
    tenant_name: tenant,
    inputs: facts.inputs ?? {},
    workflows: jobs.map(toWorkflow),
    visibility: 'tenant',
    resource_availability: 'tenant',
    private_resource: false,
    ...NOTHING,
  };
}

/** A job that is a workflow. */
export function toWorkflow(job: Job): CloudifyWorkflow {
  const { parameters, plugin, available } = factsOf(job);
  return {
    name: markOf(job).workflow,
    created_at: job.createdAt.toISOString(),
    parameters,
    operation: job.jobClass,
    plugin,
    is_available: available,
  };
}

/** The annotations are read-only, so they are as this API wrote them. */
export function markOf(job: Job): WorkflowMark {
  return job.annotations[CLOUDIFY] as WorkflowMark;
}

/** As above. */
export function factsOf(job: Job): WorkflowFacts {
  return job.annotations[CLOUDIFY_WORKFLOW] as WorkflowFacts;
}

/** A blueprint of the catalogue. */
export function toBlueprint({ id, description, workflows }: Blueprint, tenant: string): CloudifyBlueprint {
  return {
    id,
    description,
    main_file_name: 'blueprint.yaml',
    plan: { workflows },
    state: 'uploaded',
    tenant_name: tenant,
    visibility: 'tenant',
    created_at: null,
    updated_at: null,
    created_by: null,
    labels: [],
  };
}
