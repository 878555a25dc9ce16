import type { DomainError, ErrorCode, FieldError } from '../kernel/domain-error.js';
import { NATIVE_STATUS, PROBLEM_TITLES } from './error-status.js';

/** The media type of error bodies (RFC 9457). */
export const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

/** An error body of the native API: RFC 9457 with `code`, `requestId` and, for bad input, `errors`. */
export interface Problem {
  /** Where the code is explained, on this server. */
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  /** Path of the request that failed, without its query. */
  instance: string;
  requestId: string;
  errors?: readonly FieldError[];
}

/** The page of this server that explains a code. */
export function problemType(code: ErrorCode): string {
  return `/docs/problems#${code}`;
}

/**
 * The error body for `error`. `status` differs from the code's own only where the HTTP parser gave up before any route was
 * known (400, 408, 431).
 */
export function problemOf(
  error: DomainError,
  request: { path: string; requestId: string },
  status: number = NATIVE_STATUS[error.code],
): Problem {
  return {
    type: problemType(error.code),
    title: PROBLEM_TITLES[error.code],
    status,
    code: error.code,
    detail: error.message,
    instance: request.path,
    requestId: request.requestId,
    ...(error.fields.length > 0 ? { errors: error.fields } : {}),
  };
}
