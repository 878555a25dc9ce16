import type { Type } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse } from '@nestjs/swagger';
import type { ErrorCode } from '../kernel/domain-error.js';
import { ApiProblems } from './api-problems.decorator.js';

type Headers = NonNullable<NonNullable<Parameters<typeof ApiCreatedResponse>[0]>['headers']>;

/** What operations on one kind of resource document alike, beyond what each does. */
export interface ResourceAnswers {
  /** The header with which a change is bound to the version that was read. */
  readonly IfMatch: MethodDecorator;
  /** Answers the resource with its version. */
  readonly Answers: (type: Type<unknown>) => MethodDecorator;
  /** Answers a new one with its version and where it is. */
  readonly Creates: (type: Type<unknown>) => MethodDecorator;
}

/** For a resource that has a version. `name`: what one of them is called, such as `job`. */
export function versioned(name: string): ResourceAnswers {
  const headers: Headers = {
    ETag: { description: `Version of the ${name}, for If-Match.`, schema: { type: 'string' } },
  };
  return {
    IfMatch: ApiHeader({
      name: 'If-Match',
      required: false,
      description: `Do it only if this is the version (ETag) of the ${name}, such as \`"3"\`.`,
    }),
    Answers: (type) => ApiOkResponse({ type, headers }),
    Creates: (type) => created(type, name, headers),
  };
}

/** Answers a new resource without a version, and where it is. */
export function Creates(type: Type<unknown>, name: string): MethodDecorator {
  return created(type, name, {});
}

function created(type: Type<unknown>, name: string, headers: Headers): MethodDecorator {
  const location = { description: `Path of the ${name}.`, schema: { type: 'string' as const } };
  return ApiCreatedResponse({ type, headers: { ...headers, Location: location } });
}

/** The error bodies of a creating request that takes an `Idempotency-Key`, and `more` that only this one has. */
export function ApiCreationProblems(...more: readonly ErrorCode[]): MethodDecorator {
  return ApiProblems(
    ...(['invalid_input', 'forbidden', ...more, 'malformed_body'] as const),
    ...(['idempotency_mismatch', 'idempotency_in_progress'] as const),
  );
}
