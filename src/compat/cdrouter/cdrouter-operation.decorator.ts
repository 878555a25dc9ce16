import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiQuery, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { DialectOperation, type DialectOperationOptions } from '../dialect-operation.decorator.js';
import { cdrouterDialect } from './cdrouter.dialect.js';
import { CdrouterError } from './envelope.wire.js';
import { CdrouterLinks } from './paging.js';

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'Something is wrong with the request; nothing was changed.',
  401: 'No valid token, or its role does not allow this.',
  403: 'The job class may not be used.',
  404: 'There is no such thing.',
  409: 'It exists already, or is in a state that rules this out.',
  429: 'Too many wrong passwords; see `Retry-After`.',
  500: 'A fault of the server.',
  503: 'The database is away.',
};
const ALWAYS = [401, 429, 500, 503];
const TIMESTAMP = { type: 'string' as const, example: '2016-04-14T11:15:59.642+00:00' };

/** What an operation answers besides errors. */
export interface CdrouterOperationOptions extends DialectOperationOptions {
  readonly description: string;
  /** What `data` is, a class or a text; absent: there is no body (204). `page`: with links. */
  readonly data?: { readonly type: Type | StringConstructor; readonly as: 'one' | 'list' | 'page' };
  /** Errors besides those that all have. */
  readonly errors?: readonly number[];
}

/** An operation of the CDRouter Web API: 200 with a body, 204 without. */
export function CdrouterOperation({ data, errors = [], ...words }: CdrouterOperationOptions): MethodDecorator {
  const failures = [...errors, ...ALWAYS].map((status) =>
    ApiResponse({ status, description: MEANINGS[status] ?? '', type: CdrouterError }),
  );
  const success = data
    ? [
        ...(data.type === String ? [] : [ApiExtraModels(data.type, CdrouterLinks)]),
        ApiResponse({ status: 200, description: 'It is done.', schema: schemaOf(data) }),
      ]
    : [ApiResponse({ status: 204, description: 'It is gone.' })];
  return applyDecorators(DialectOperation(cdrouterDialect, words), HttpCode(data ? 200 : 204), ...success, ...failures);
}

/** The parameters of a list. */
export function ListParameters(filter: string): MethodDecorator {
  const text = (name: string, description: string, example?: string): MethodDecorator =>
    ApiQuery({
      name,
      required: false,
      description,
      schema: { type: 'string' },
      ...(example !== undefined && { example }),
    });
  return applyDecorators(
    text('page', 'From 1. Page 0 and pages behind the end are empty and have no `next`.'),
    text('limit', 'Rows of a page, 25 unless said otherwise, or `none` for all.'),
    text(
      'filter',
      '`<field><operator><value>`, may be repeated; operators = != > >= < <= ~ !~ ~* !~* @> <@ &&.',
      filter,
    ),
    text('type', '`inter`: all filters must hold; `union`: one is enough.'),
    text('sort', 'Fields separated by commas, `-` before one for descending order; by id unless said otherwise.'),
    text('detailed', '`true`: with all fields.'),
  );
}

function schemaOf({ type, as }: NonNullable<CdrouterOperationOptions['data']>) {
  const one = type === String ? { type: 'string' as const } : { $ref: getSchemaPath(type) };
  return {
    type: 'object' as const,
    required: ['timestamp', 'data', ...(as === 'page' ? ['links'] : [])],
    properties: {
      timestamp: TIMESTAMP,
      data: as === 'one' ? one : { type: 'array' as const, items: one },
      ...(as === 'page' && { links: { $ref: getSchemaPath(CdrouterLinks) } }),
    },
  };
}
