/** The body of `POST /executions`. Source: contract A3. */
import { badParameters } from './cloudify-refusal.js';
import { isStatus, STATUSES } from './execution-states.js';
import { told, type JsonObject } from './json-type.js';
import { flag, optionalInteger, optionalObject, optionalText, requiredText } from './request-body.js';
import { scheduledTime } from './scheduled-time.js';

/** What a client wants started. */
export interface StartRequest {
  readonly deploymentId: string;
  readonly workflowId: string;
  readonly parameters: JsonObject;
  readonly allowCustom: boolean;
  readonly force: boolean;
  readonly queue: boolean;
  readonly isDry: boolean;
  readonly at: Date | null;
}

/** Throws `bad_parameters_error`, which names the key. Keys with which originals are restored from snapshots are not looked at. */
export function startRequest(body: JsonObject, nowMs: number): StartRequest {
  const at = optionalText(body, 'scheduled_time') ?? optionalText(body, 'schedule');
  refuseForcedStatus(body['force_status'] ?? null);
  // Checked and then left alone: no run of ours goes on after its end.
  optionalInteger(body, 'wait_after_fail');
  return {
    deploymentId: requiredText(body, 'deployment_id'),
    workflowId: requiredText(body, 'workflow_id'),
    parameters: optionalObject(body, 'parameters'),
    allowCustom: flag(body, 'allow_custom_parameters'),
    force: flag(body, 'force'),
    queue: flag(body, 'queue'),
    isDry: flag(body, 'dry_run'),
    at: at === null ? null : scheduledTime(at, nowMs),
  };
}

function refuseForcedStatus(status: unknown): void {
  if (status === null) return;
  throw badParameters(
    isStatus(status)
      ? 'force_status restores executions from a snapshot, which Carillon does not; leave it out.'
      : `force_status must be one of ${STATUSES.join(', ')}, not ${told(status)}.`,
  );
}
