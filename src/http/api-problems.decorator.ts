import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode } from '../kernel/domain-error.js';
import { NATIVE_STATUS } from './error-status.js';
import { ProblemDto } from './problem.dto.js';

/** What every operation can answer, whatever it does. */
const ALWAYS: readonly ErrorCode[] = ['internal', 'unavailable'];

/** Documents the error bodies of an operation, grouped by status, each code with an example (see `problemExamples`). */
export function ApiProblems(...codes: readonly ErrorCode[]): MethodDecorator & ClassDecorator {
  const all = [...new Set<ErrorCode>([...codes, ...ALWAYS])];
  const responses = [...new Set(all.map((code) => NATIVE_STATUS[code]))].map((status) => {
    const group = all.filter((code) => NATIVE_STATUS[code] === status);
    return ApiResponse({
      status,
      description: group.map((code) => `\`${code}\`: ${ERROR_CODES[code]}`).join('\n\n'),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(ProblemDto) },
          examples: Object.fromEntries(group.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
        },
      },
    });
  });
  return applyDecorators(ApiExtraModels(ProblemDto), ...responses);
}
