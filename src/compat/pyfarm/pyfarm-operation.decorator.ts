import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiResponse } from '@nestjs/swagger';
import { DialectOperation, type DialectOperationOptions } from '../dialect-operation.decorator.js';
import { pyfarmDialect } from './pyfarm.dialect.js';

/** The body of every error. */
export class PyfarmErrorWire {
  @ApiProperty({ description: 'What is wrong, in words.', example: 'tag `interesting` not found' })
  error: string;
}

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'Something is wrong with the request; nothing was changed.',
  401: 'The request carries no valid credentials.',
  403: 'The caller may not do this.',
  404: 'The tag, agent or job does not exist.',
  409: 'A worker of this server has that id.',
  415: 'The body is no JSON by its content type. Unless that is absent, the answer is a page of HTML.',
  429: 'Too many requests; see `Retry-After`.',
  500: 'A fault of the server.',
  503: 'The database is away.',
};
const ALWAYS = [401, 403, 429, 500, 503];

/** An operation of PyFarm's API: who may call it, its words in Swagger UI, and beside the usual errors the statuses `refusals`. */
export function PyfarmOperation(options: DialectOperationOptions, refusals: readonly number[]): MethodDecorator {
  const errors = [...refusals, ...ALWAYS].map((status) =>
    ApiResponse({ status, description: MEANINGS[status] ?? '', type: PyfarmErrorWire }),
  );
  return applyDecorators(DialectOperation(pyfarmDialect, options), ...errors);
}
