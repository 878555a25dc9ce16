import { DomainError, ERROR_CODES, type ErrorCode } from '../kernel/domain-error.js';
import { PROBLEM_TITLES } from './error-status.js';
import { problemOf } from './problem.js';

const EXAMPLE_REQUEST = { path: '/api/v2/…', requestId: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' };

/** One example body per code, for `components.examples` of the document; operations refer to them by code. */
export function problemExamples(): Record<string, { summary: string; value: object }> {
  const codes = Object.keys(ERROR_CODES) as ErrorCode[];
  return Object.fromEntries(codes.map((code) => [code, { summary: PROBLEM_TITLES[code], value: exampleOf(code) }]));
}

function exampleOf(code: ErrorCode): object {
  const fields =
    code === 'invalid_input'
      ? [{ field: '/name', code: 'required', message: '/name is missing: /name must be a string.' }]
      : [];
  return problemOf(new DomainError(code, fields[0]?.message ?? ERROR_CODES[code], fields), EXAMPLE_REQUEST);
}
