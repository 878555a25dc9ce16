import { DomainError } from '../../kernel/domain-error.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { currentContext, currentPrincipal, ROLES, type TenantRole } from '../../context/request-context.js';
import { permissionsOf } from '../permissions.js';

/** A tenant of the caller. */
export class MyTenantDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  id: string;

  @ApiProperty({ example: 'research' })
  name: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'operator' })
  role: TenantRole;
}

/** Who is calling. */
export class MeDto {
  @ApiProperty({
    description: '`anonymous`: nobody has to sign in.',
    enum: ['anonymous', 'user', 'token'],
    example: 'user',
  })
  kind: 'anonymous' | 'user' | 'token';

  @ApiProperty({ description: 'As it stands in the audit log.', example: 'mara' })
  name: string;

  @ApiProperty({ description: 'null: no user.', type: String, format: 'uuid', nullable: true })
  userId: string | null;

  @ApiProperty({ description: 'May act for every tenant, as admin.', example: false })
  isSystemAdmin: boolean;

  @ApiProperty({
    description: 'For which this request acts; null: a member of none.',
    type: MyTenantDto,
    nullable: true,
  })
  tenant: MyTenantDto | null;

  @ApiProperty({ description: 'Where you are a member.', type: [MyTenantDto] })
  tenants: MyTenantDto[];

  @ApiProperty({
    description: 'What you may do in this tenant: `x-permission` of the operations.',
    example: ['jobs:read'],
  })
  permissions: string[];
}

/** Name and password. */
export class LoginDto {
  @ApiProperty({ example: 'mara' })
  @IsString()
  @MaxLength(1000)
  username: string;

  @ApiProperty({ format: 'password', example: 'correct horse battery' })
  @IsString()
  @MaxLength(1000)
  password: string;
}

/** Who has signed in. */
export class SignedInDto {
  @ApiProperty({ example: 'mara' })
  username: string;

  @ApiProperty({ description: 'When the session ends.', format: 'date-time', example: '2026-11-22T20:00:00.000Z' })
  expiresAt: string;
}

/** A new password for oneself. */
export class ChangePasswordDto {
  @ApiProperty({ format: 'password', example: 'correct horse battery' })
  @IsString()
  @MaxLength(1000)
  currentPassword: string;

  @ApiProperty({ format: 'password', minLength: 8, maxLength: 200, example: 'staple correct horse' })
  @IsString()
  @MaxLength(1000)
  newPassword: string;
}

/** What a user chooses for themselves. */
export class UpdateMeDto {
  @ApiPropertyOptional({
    description: 'Name of the tenant of requests that name none; one of yours.',
    type: String,
    example: 'research',
  })
  @IsString()
  @MaxLength(64)
  defaultTenant: string;
}

/** The caller of the current request. */
export function currentMe(): MeDto {
  const { kind, name, userId, isSystemAdmin, tenants } = currentPrincipal();
  if (kind === 'agent') throw new DomainError('forbidden', 'An agent has no account.');
  const context = currentContext();
  const role = context?.role ?? null;
  const tenant = context?.tenant && role !== null ? { ...context.tenant, role } : null;
  return {
    kind,
    name,
    userId,
    isSystemAdmin,
    tenant,
    tenants: tenants.map((one) => ({ ...one })),
    permissions: permissionsOf({ isSystemAdmin }, role),
  };
}
