import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, Matches, MaxLength, ValidateIf } from 'class-validator';
import { USERNAME } from '../../config/validators.js';
import { ROLES, type TenantRole } from '../../context/request-context.js';
import { PageQueryDto } from '../../http/page.dto.js';
import { ToBoolean } from '../../http/query-transforms.js';
import { PASSWORD_LENGTH } from '../password-hasher.js';
import type { UserRow } from '../users.service.js';
import { IfGiven } from '../../http/if-given.decorator.js';

const NAME_RULE = '$property must be 1 to 64 letters, digits and . _ @ + -, the first a letter or a digit';
const PASSWORD = { minLength: PASSWORD_LENGTH.least, maxLength: PASSWORD_LENGTH.most, format: 'password' } as const;

/** A user as the API prints it. */
export class UserDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  id: string;

  @ApiProperty({ example: 'mara' })
  username: string;

  @ApiProperty({
    description: 'In this tenant; null: not a member of it.',
    enum: ROLES,
    enumName: 'Role',
    nullable: true,
    example: 'operator',
  })
  role: TenantRole | null;

  @ApiProperty({ description: 'May do everything in every tenant.', example: false })
  isSystemAdmin: boolean;

  @ApiProperty({ description: 'Whether the account belongs to one tenant, whose administrators may change it.' })
  isLocal: boolean;

  @ApiProperty({ example: false })
  disabled: boolean;

  @ApiProperty({ description: 'Who made the account.', example: 'admin' })
  createdBy: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  passwordChangedAt: string;
}

/** A new user. */
export class CreateUserDto {
  @ApiProperty({
    description: 'Unique on this server, whatever its case.',
    minLength: 1,
    maxLength: 64,
    example: 'mara',
  })
  @IsString()
  @Matches(USERNAME, { message: NAME_RULE })
  username: string;

  @ApiProperty({ ...PASSWORD, example: 'correct horse battery' })
  @IsString()
  @MaxLength(1000)
  password: string;

  @ApiPropertyOptional({
    description: 'In this tenant; null: no member of it yet.',
    enum: ROLES,
    enumName: 'Role',
    nullable: true,
    default: 'viewer',
  })
  @IsOptional()
  @IsIn(ROLES)
  role?: TenantRole | null;

  @ApiPropertyOptional({ description: 'Only a system administrator may set it.', default: false })
  @IfGiven()
  @IsBoolean()
  isSystemAdmin?: boolean;
}

/** Changes to an account; what is absent stays. */
export class UpdateUserDto {
  @ApiPropertyOptional({
    ...{ description: 'A new password; it ends all sessions.', type: String, example: 'staple correct horse' },
    ...PASSWORD,
  })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsString()
  @MaxLength(1000)
  password?: string;

  @ApiPropertyOptional({
    description: 'true: cannot sign in any more, and the tokens they made stop working.',
    type: Boolean,
    example: false,
  })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsBoolean()
  disabled?: boolean;

  @ApiPropertyOptional({ description: 'Only a system administrator may set it.', type: Boolean, example: false })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsBoolean()
  isSystemAdmin?: boolean;
}

/** Which users to list. */
export class UserQueryDto extends PageQueryDto {
  @ApiPropertyOptional({
    description: 'true: the users of all tenants. For system administrators.',
    type: Boolean,
    default: false,
  })
  @IsOptional()
  @ToBoolean()
  @IsBoolean()
  everywhere?: boolean;
}

/** A role in this tenant. */
export class MembershipInputDto {
  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'operator' })
  @IsIn(ROLES)
  role: TenantRole;
}

/** A user as the API prints it. */
export function toUserDto(user: UserRow): UserDto {
  return {
    id: user.id,
    username: user.username,
    role: user.role,
    isSystemAdmin: user.isSystemAdmin,
    isLocal: user.homeTenantId !== null,
    disabled: user.disabledAt !== null,
    createdBy: user.createdBy,
    createdAt: user.createdAt.toISOString(),
    passwordChangedAt: user.passwordChangedAt.toISOString(),
  };
}
