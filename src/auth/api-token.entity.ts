import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TenantRole } from '../context/request-context.js';

/** The credential of a program, for one tenant and one role. */
@Entity('api_tokens')
export class ApiToken {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') tenantId: string;
  /** Unique among the tokens of the tenant that are not revoked. */
  @Column('text') name: string;
  @Column('text') role: TenantRole;
  /** SHA-256 in hex of the whole token, prefix included. */
  @Column('text') tokenHash: string;
  /** Its first characters, to recognise it by. */
  @Column('text') hint: string;
  /** The user who made it; it can do no more than they can. Null: made on the command line or in the open mode. */
  @Column('uuid', { nullable: true }) creatorId: string | null;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) expiresAt: Date | null;
  /** To the minute. */
  @Column('timestamptz', { nullable: true }) lastUsedAt: Date | null;
  @Column('timestamptz', { nullable: true }) revokedAt: Date | null;
}
