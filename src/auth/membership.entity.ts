import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TenantRole } from '../context/request-context.js';

/** What a user may do in a tenant. */
@Entity('memberships')
export class Membership {
  @PrimaryColumn('uuid') tenantId: string;
  @PrimaryColumn('uuid') userId: string;
  @Column('text') role: TenantRole;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
}
