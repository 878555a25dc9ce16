/** An execution as Cloudify shows it. Source: contract A2; reference document, "The Execution Resource". */
import { ApiProperty } from '@nestjs/swagger';
import type { AnnotatedExecution } from '../../executions/annotated-executions.service.js';
import { displayOf, STATUS_OF, STATUSES, type Status } from './execution-states.js';
import type { JsonObject } from './json-type.js';
import { Pagination, type Listed } from './page.wire.js';

/** The key of annotations of jobs and runs. */
export const CLOUDIFY = 'cloudify';

const TIME = { type: String, example: '2017-04-17T12:12:36.626Z' };

/** What is kept beside a run. */
export interface ExecutionNote {
  readonly allow_custom?: boolean;
  readonly dry_run?: boolean;
  readonly resumed?: boolean;
  /** `kill` was asked for: its `force_cancelling` is called `kill_cancelling`. */
  readonly state?: 'kill_cancelling';
  /** In the place of the run's own error. */
  readonly error?: string;
  /** In the format of the wire. */
  readonly scheduled_for?: string;
}

/** What a job that is a workflow is annotated with: small, because every list reads it. */
export interface WorkflowMark {
  readonly deployment: string;
  readonly blueprint: string;
  readonly workflow: string;
  readonly system: boolean;
}

/** An execution. */
export class CloudifyExecution {
  @ApiProperty({ example: 'ca3d7413-c8af-41a3-b864-571cef25899b' }) id: string;
  @ApiProperty({ example: 'install' }) workflow_id: string;
  @ApiProperty({ example: 'hello-world', description: 'Of the deployment when the workflow was made.' })
  blueprint_id: string;
  @ApiProperty({ example: 'hello1' }) deployment_id: string;
  @ApiProperty({ example: 'hello1' }) deployment_display_name: string;
  @ApiProperty({ enum: STATUSES, example: 'pending' }) status: Status;
  @ApiProperty({ example: 'pending', description: 'The status, but `completed` for `terminated`.' })
  status_display: string;
  @ApiProperty({ example: '' }) error: string;
  @ApiProperty(TIME) created_at: string;
  @ApiProperty({ ...TIME, nullable: true, example: null }) started_at: string | null;
  @ApiProperty({ ...TIME, nullable: true, example: null }) ended_at: string | null;
  @ApiProperty({ ...TIME, nullable: true, example: null }) scheduled_for: string | null;
  @ApiProperty({ example: 'admin', type: String, nullable: true }) created_by: string | null;
  @ApiProperty({ example: 'default_tenant' }) tenant_name: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: {},
    description: 'What it runs with: defaults too, converted to their types.',
  })
  parameters: JsonObject;
  @ApiProperty({ example: false }) is_system_workflow: boolean;
  @ApiProperty({ example: false }) is_dry_run: boolean;
  @ApiProperty({ example: false }) allow_custom_parameters: boolean;
  @ApiProperty({ example: false, description: 'It was resumed.' }) resume: boolean;
  @ApiProperty({ example: 'tenant' }) visibility: string;
  @ApiProperty({ example: 'tenant' }) resource_availability: string;
  @ApiProperty({ example: false }) private_resource: boolean;
  @ApiProperty({ type: 'integer', nullable: true, example: null }) total_operations: null;
  @ApiProperty({ type: 'integer', nullable: true, example: null }) finished_operations: null;
}

/** `GET /executions` */
export class CloudifyExecutionList implements Listed<CloudifyExecution> {
  @ApiProperty({ type: [CloudifyExecution] }) items: CloudifyExecution[];
  @ApiProperty({ type: Pagination }) metadata: Pagination;
}

/** Fields that every execution has in the same form; what a list can go by is decided in `execution-list.ts`. */
export const EXECUTION_FIELDS = [
  'id',
  'workflow_id',
  'blueprint_id',
  'deployment_id',
  'deployment_display_name',
  'status',
  'status_display',
  'error',
  'created_at',
  'started_at',
  'ended_at',
  'scheduled_for',
  'created_by',
  'tenant_name',
  'parameters',
  'is_system_workflow',
  'is_dry_run',
  'allow_custom_parameters',
  'resume',
  'visibility',
  'resource_availability',
  'private_resource',
  'total_operations',
  'finished_operations',
] as const satisfies readonly (keyof CloudifyExecution)[];
export type ExecutionField = (typeof EXECUTION_FIELDS)[number];

/** Fields that are the same of all executions of a tenant. */
export const CONSTANT_FIELDS = {
  visibility: 'tenant',
  resource_availability: 'tenant',
  private_resource: false,
  total_operations: null,
  finished_operations: null,
} as const satisfies Partial<CloudifyExecution>;

/** UTC, milliseconds, Z. */
export function toExecution(row: AnnotatedExecution, tenant: string): CloudifyExecution {
  const note = row.note as ExecutionNote;
  const { deployment, blueprint, workflow, system } = row.ofJob as unknown as WorkflowMark;
  const status = statusOf(row);
  return {
    id: row.id,
    workflow_id: workflow,
    blueprint_id: blueprint,
    deployment_id: deployment,
    deployment_display_name: deployment,
    status,
    status_display: displayOf(status),
    error: note.error ?? row.error ?? '',
    created_at: row.createdAt.toISOString(),
    started_at: row.startedAt?.toISOString() ?? null,
    ended_at: row.endedAt?.toISOString() ?? null,
    scheduled_for: note.scheduled_for ?? null,
    created_by: row.createdBy,
    tenant_name: tenant,
    parameters: row.parameters,
    is_system_workflow: system,
    is_dry_run: note.dry_run ?? false,
    allow_custom_parameters: note.allow_custom ?? false,
    resume: note.resumed ?? false,
    ...CONSTANT_FIELDS,
  };
}

/** The status of an execution. */
export function statusOf({ state, note }: Pick<AnnotatedExecution, 'state' | 'note'>): Status {
  return state === 'force_cancelling' && note['state'] === 'kill_cancelling' ? 'kill_cancelling' : STATUS_OF[state];
}
