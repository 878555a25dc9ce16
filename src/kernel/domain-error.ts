/**
 * The closed list of what can go wrong in the domain. Every API maps each code to a status and a body of its own; those
 * tables are typed `Record<ErrorCode, …>`, so a code added here does not compile until every API has decided on it.
 */
export const ERROR_CODES = {
  invalid_input: 'A field of the request is missing, malformed or out of range; `errors` lists each one.',
  malformed_body: 'The body could not be parsed as the announced content type.',
  body_too_large: 'The body is larger than the route accepts.',
  unsupported_media_type: 'The content type of the body is not one that the route reads.',
  not_found: 'There is no such thing, or it belongs to another tenant.',
  route_not_found: 'No operation is served at this method and path.',
  method_not_allowed: 'The path exists but does not answer this method; `Allow` lists those that it does.',
  conflict: 'The thing exists already or is in a state that rules the operation out.',
  invalid_state: 'The execution or job is in a state in which the operation makes no sense.',
  busy: 'The job or its group has no room for another run, and the rule or the request says not to wait; nothing was made.',
  stale_fence: 'The run was taken from this worker; its late report is refused.',
  precondition_failed: 'The `If-Match` version is not the current one.',
  idempotency_mismatch: 'The `Idempotency-Key` was used before with another request.',
  idempotency_in_progress: 'The first request with this `Idempotency-Key` has not finished yet.',
  never_fires: 'The schedule has no instant in the future, so storing it would do nothing.',
  unauthenticated: 'The request carries no valid credentials.',
  forbidden: 'The caller may not do this.',
  forbidden_class: 'The job class may not be used, by the setting FORBIDDEN_JOB_CLASSES or by the rules of the tenant.',
  rate_limited: 'Too many requests; try again after the time in `Retry-After`.',
  unavailable: 'The database or another part that the operation needs is away at the moment.',
  internal: 'A fault of the server. The request id finds it in the log.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One thing wrong with one field of a request. */
export interface FieldError {
  /** JSON pointer into the body (`/retry/maxAttempts`), or `?name` for a query parameter, `:name` for a path parameter. */
  field: string;
  /** Stable, machine readable: the name of the violated rule, for example `isInt` or `unknown_zone`. */
  code: string;
  /** Names the field, the offending value and what would be right. */
  message: string;
}

/** What a refusal may carry besides its words. */
export interface DomainErrorOptions extends ErrorOptions {
  /** For `rate_limited` and `unavailable`: when it makes sense to try again. */
  readonly retryAfterSeconds?: number;
}

/** A refusal that the caller is meant to understand. Anything else that is thrown is a bug and becomes `internal`. */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, fields: readonly FieldError[] = [], options: DomainErrorOptions = {}) {
    super(message, options);
    this.name = 'DomainError';
    this.code = code;
    this.fields = fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** `invalid_input` for a single field. */
export function invalidField(field: string, code: string, message: string): DomainError {
  return new DomainError('invalid_input', message, [{ field, code, message }]);
}

/** `not_found` in the one wording used everywhere, so that a foreign id reads exactly like an unknown one. */
export function notFound(what: string, id: string): DomainError {
  return new DomainError('not_found', `There is no ${what} ${JSON.stringify(id)}.`);
}
