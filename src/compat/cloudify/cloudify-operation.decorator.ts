import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiHeader, ApiProperty, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { DialectOperation, type DialectOperationOptions } from '../dialect-operation.decorator.js';
import { cloudifyDialect } from './cloudify.dialect.js';

/** The body of every error. Source: contract A1. */
export class CloudifyError {
  @ApiProperty({ example: 'Requested `Execution` with ID `1` was not found' }) message: string;
  @ApiProperty({ example: 'not_found_error', description: 'What clients map to an exception class.' })
  error_code: string;
  @ApiProperty({ type: String, nullable: true, example: null }) server_traceback: null;
}

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'Something is wrong with the request, or it is not possible now; `error_code` says what. Nothing was stored.',
  401: 'The request carries no valid credentials.',
  403: 'The header `Tenant` is missing or names no tenant of the caller, or the caller may not do this.',
  404: 'There is no such thing in this tenant.',
  409: 'It exists already, or its state rules this out.',
  415: 'The `Content-Type` is not application/json.',
  429: 'Too many failed sign-ins; see `Retry-After`.',
  500: 'A fault of the server.',
  503: 'The database is away.',
};
const ALWAYS = [401, 403, 429, 500, 503];

/** What an operation answers. */
export interface CloudifyOperationOptions extends DialectOperationOptions {
  /** Absent: a JSON value that is no object. */
  readonly answer?: Type;
  /** Clients insist on it. Default 200. */
  readonly status?: 200 | 201;
  readonly errors?: readonly (400 | 404 | 409 | 415)[];
  /** It takes `_include`. */
  readonly projects?: boolean;
}

/** Declares an operation of Cloudify's API: every one but the version needs the header `Tenant`, in the open mode too. */
export function CloudifyOperation({
  answer,
  status = 200,
  errors = [],
  projects = false,
  ...words
}: CloudifyOperationOptions): MethodDecorator {
  const needsTenantHeader = words.permission !== null;
  const tenant = { name: 'Tenant', required: true, example: 'default_tenant', description: 'Name of the tenant.' };
  const include = { name: '_include', required: false, example: 'id', description: 'Fields to answer, with commas.' };
  return applyDecorators(
    DialectOperation(cloudifyDialect, { ...words, needsTenantHeader }),
    HttpCode(status),
    ApiResponse({
      status,
      description: status === 201 ? 'It was made.' : 'The answer.',
      ...(answer ? { type: answer } : { schema: { type: 'boolean', example: true } }),
    }),
    ...(needsTenantHeader ? [ApiHeader(tenant)] : []),
    ...(projects ? [ApiQuery(include)] : []),
    ...[...errors, ...ALWAYS].map((code) =>
      ApiResponse({ status: code, description: MEANINGS[code] ?? '', type: CloudifyError }),
    ),
  );
}
