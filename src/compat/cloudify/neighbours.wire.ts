/** What a client asks for beside executions. Source: contract A3, "Source-only neighbours"; tokens: cloudify-common, tokens.py. */
import { ApiProperty } from '@nestjs/swagger';
import type { TokenRow } from '../../auth/tokens.service.js';
import { Pagination, type Listed } from './page.wire.js';

/** `GET /api/version` */
export class CloudifyVersion {
  @ApiProperty({ example: 'community' }) edition: string;
  @ApiProperty({ example: '6.4.0', description: 'The release whose API this is.' }) version: string;
  @ApiProperty({ type: String, nullable: true, example: null }) build: null;
  @ApiProperty({ type: String, nullable: true, example: null }) date: null;
  @ApiProperty({ type: String, nullable: true, example: null }) commit: null;
  @ApiProperty({ example: 'carillon' }) distribution: string;
  @ApiProperty({ type: String, nullable: true, example: null }) distro_release: null;
}

/** `GET /status` */
export class CloudifyManagerStatus {
  @ApiProperty({ example: 'OK' }) status: string;
  @ApiProperty({ type: 'object', additionalProperties: true, example: {} }) services: object;
}

/** A tenant. */
export class CloudifyTenant {
  @ApiProperty({ example: 'default_tenant' }) name: string;
}

/** `GET /tenants` */
export class CloudifyTenantList implements Listed<CloudifyTenant> {
  @ApiProperty({ type: [CloudifyTenant] }) items: CloudifyTenant[];
  @ApiProperty({ type: Pagination }) metadata: Pagination;
}

/** `/tokens` */
export class CloudifyToken {
  @ApiProperty({ example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' }) id: string;
  @ApiProperty({
    example: 'cr_…',
    description: 'For the header `Authentication-Token`. Whole when it is made; later only how it begins.',
  })
  value: string;
  @ApiProperty({ example: 'admin', description: 'In the tenant of the request.' }) role: string;
  @ApiProperty({ example: 'admin' }) username: string;
  @ApiProperty({ type: String, nullable: true, example: null }) expiration_date: string | null;
  @ApiProperty({ type: String, nullable: true, example: null }) last_used: string | null;
  @ApiProperty({ example: '' }) description: string;
}

/** `GET /tokens` */
export class CloudifyTokenList implements Listed<CloudifyToken> {
  @ApiProperty({ type: [CloudifyToken] }) items: CloudifyToken[];
  @ApiProperty({ type: Pagination }) metadata: Pagination;
}

/** What lists of tokens can name. */
export const TOKEN_FIELDS = [
  ...(['id', 'value', 'role', 'username', 'expiration_date', 'last_used', 'description'] as const),
] as const satisfies readonly (keyof CloudifyToken)[];

/** A token without its secret; `description` is its name. */
export function toToken({ id, hint, role, createdBy, expiresAt, lastUsedAt, name }: TokenRow): CloudifyToken {
  return {
    id,
    value: `${hint}…`,
    role,
    username: createdBy,
    expiration_date: expiresAt?.toISOString() ?? null,
    last_used: lastUsedAt?.toISOString() ?? null,
    description: name,
  };
}

/** How many executions were deleted. */
export class DeletedCount {
  @ApiProperty({ type: 'integer', example: 17 }) count: number;
}

/** `DELETE /executions` */
export class DeletedList implements Listed<DeletedCount> {
  @ApiProperty({ type: [DeletedCount] }) items: DeletedCount[];
  @ApiProperty({ type: Pagination }) metadata: Pagination;
}
