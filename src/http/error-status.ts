import type { ErrorCode } from '../kernel/domain-error.js';

/** The HTTP status of each code in the native API. A code that is missing here does not compile. */
export const NATIVE_STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_input: 400,
  malformed_body: 400,
  body_too_large: 413,
  unsupported_media_type: 415,
  not_found: 404,
  route_not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  invalid_state: 409,
  stale_fence: 409,
  precondition_failed: 412,
  idempotency_mismatch: 422,
  idempotency_in_progress: 409,
  never_fires: 400,
  unauthenticated: 401,
  forbidden: 403,
  forbidden_class: 403,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
};

/** The short human title of each code; unlike the detail it is the same for every occurrence (RFC 9457, section 3.1.3). */
export const PROBLEM_TITLES: Readonly<Record<ErrorCode, string>> = {
  invalid_input: 'Invalid input',
  malformed_body: 'Malformed body',
  body_too_large: 'Body too large',
  unsupported_media_type: 'Unsupported media type',
  not_found: 'Not found',
  route_not_found: 'No such route',
  method_not_allowed: 'Method not allowed',
  conflict: 'Conflict',
  invalid_state: 'Not possible in this state',
  stale_fence: 'The run was taken away',
  precondition_failed: 'Changed in between',
  idempotency_mismatch: 'Idempotency key used for another request',
  idempotency_in_progress: 'First request still running',
  never_fires: 'Would never fire',
  unauthenticated: 'Not authenticated',
  forbidden: 'Forbidden',
  forbidden_class: 'Job class forbidden',
  rate_limited: 'Too many requests',
  unavailable: 'Temporarily unavailable',
  internal: 'Internal error',
};
