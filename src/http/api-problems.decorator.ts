import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ERROR_CODES, DomainError, type ErrorCode } from '../kernel/domain-error.js';
import { NATIVE_STATUS, PROBLEM_TITLES } from './error-status.js';
import { problemOf } from './problem.js';
import { ProblemDto } from './problem.dto.js';

const EXAMPLE_REQUEST = { path: '/api/v2/…', requestId: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' };

/** Documents the error bodies of an operation, grouped by status, each code with an example. */
export function ApiProblems(...codes: readonly ErrorCode[]): MethodDecorator & ClassDecorator {
  const all = [...new Set<ErrorCode>([...codes, 'internal', 'unavailable'])];
  const responses = [...new Set(all.map((code) => NATIVE_STATUS[code]))].map((status) => {
    const group = all.filter((code) => NATIVE_STATUS[code] === status);
    return ApiResponse({
      status,
      description: group.map((code) => `\`${code}\`: ${ERROR_CODES[code]}`).join('\n\n'),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(ProblemDto) },
          examples: Object.fromEntries(group.map((code) => [code, { summary: PROBLEM_TITLES[code], value: exampleOf(code) }])),
        },
      },
    });
  });
  return applyDecorators(ApiExtraModels(ProblemDto), ...responses);
}

function exampleOf(code: ErrorCode): object {
  const fields = code === 'invalid_input' ? [{ field: '/name', code: 'required', message: '/name is missing: /name must be a string.' }] : [];
  return problemOf(new DomainError(code, fields[0]?.message ?? ERROR_CODES[code], fields), EXAMPLE_REQUEST);
}
