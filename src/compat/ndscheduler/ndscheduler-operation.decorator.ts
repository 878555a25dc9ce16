import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { ApiProperty, ApiResponse } from '@nestjs/swagger';
import { DialectOperation, type DialectOperationOptions } from '../dialect-operation.decorator.js';
import { AnswerInterceptor } from './answer.interceptor.js';

/** The body of every failure. */
export class NdschedulerError {
  @ApiProperty({ example: 'Job not found: d8f376e858a411e4b6ae22000ac58d05' }) error: string;
}

const FAILURES: readonly (readonly [status: number, description: string])[] = [
  [400, 'Incorrect parameters, or an unknown id. The reason phrase says the same, except for unknown ids.'],
  [403, 'Not signed in, or not allowed to do this.'],
  [500, 'Server side error.'],
  [503, 'The database is away at the moment, or the server stops.'],
];

/** An operation of ndscheduler's API: who may call it, how it answers, and its place in Swagger UI. */
export function NdschedulerOperation(options: DialectOperationOptions): MethodDecorator {
  return applyDecorators(
    // The name alone: the dialect itself needs what stands here.
    DialectOperation({ name: 'ndscheduler' }, options),
    UseInterceptors(AnswerInterceptor),
    ...FAILURES.map(([status, description]) => ApiResponse({ status, description, type: NdschedulerError })),
  );
}
