import { DomainError, type ErrorCode } from '../../kernel/domain-error.js';

/** Error codes of Cloudify that our own codes cannot tell apart, with status. Source: contract A1. Clients map them to exception classes. */
const REFUSALS = {
  bad_parameters_error: [400, 'invalid_input'],
  no_such_include_field_error: [400, 'invalid_input'],
  illegal_execution_parameters_error: [400, 'invalid_input'],
  nonexistent_workflow_error: [400, 'invalid_input'],
  unavailable_workflow_error: [400, 'invalid_input'],
  illegal_action_error: [400, 'invalid_state'],
  // Sic: the client knows it by this name.
  invalid_exception_status_update: [400, 'invalid_state'],
  dependent_exists_error: [400, 'conflict'],
  deployment_environment_creation_pending_error: [400, 'invalid_state'],
  deployment_environment_creation_in_progress_error: [400, 'invalid_state'],
  deployment_creation_error: [400, 'invalid_state'],
  conflict_error: [409, 'conflict'],
  not_found_error: [404, 'not_found'],
} as const satisfies Record<string, readonly [number, ErrorCode]>;

export type CloudifyErrorCode = keyof typeof REFUSALS;

/** A refusal with the error code that Cloudify's clients expect. */
export class CloudifyRefusal extends DomainError {
  readonly status: number;

  constructor(
    readonly errorCode: CloudifyErrorCode,
    message: string,
    options: ErrorOptions = {},
  ) {
    super(REFUSALS[errorCode][1], message, [], options);
    this.status = REFUSALS[errorCode][0];
  }
}

/** The most frequent one. */
export function badParameters(message: string): CloudifyRefusal {
  return new CloudifyRefusal('bad_parameters_error', message);
}

/** Names the model and the id, as clients print it. */
export function notFoundHere(model: string, id: string): CloudifyRefusal {
  return new CloudifyRefusal('not_found_error', `Requested \`${model}\` with ID \`${id}\` was not found`);
}
