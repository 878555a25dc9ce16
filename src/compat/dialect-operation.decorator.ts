import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../http/permit.decorator.js';
import type { Dialect } from './dialect.js';

/** One operation of another system's API. */
export interface DialectOperationOptions {
  /** A word of `auth/permissions.ts`; null: open to everybody. */
  readonly permission: string | null;
  /** The caller must name the tenant in the header `Tenant`. */
  readonly needsTenantHeader?: boolean;
  readonly summary: string;
  /** Where it differs from what a reader of the original's documents would expect. */
  readonly description?: string;
}

/**
 * Declares an operation of a dialect: who may call it, and its place in Swagger UI. Bodies come as `RawBody`, because every
 * system has its own idea of which content types and faults it accepts.
 */
export function DialectOperation(
  dialect: Pick<Dialect, 'name'>,
  { permission, needsTenantHeader = false, ...words }: DialectOperationOptions,
): MethodDecorator {
  return applyDecorators(
    Access({ permission, readsRaw: true, needsTenantHeader }),
    ApiTags(dialect.name),
    ApiOperation(words),
  );
}
