import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Whose everything is. Every tenant-owned row carries the id of one. */
@Entity('tenants')
export class Tenant {
  @PrimaryColumn('uuid') id: string;
  /** What clients send in the `Tenant` header. Letters, digits, `_`, `.`, `-`; at most 64 characters. */
  @Column('text') name: string;
  /** Job classes that nobody may use for this tenant: names and patterns such as `shell`, `user:*`, `reports.*`. */
  @Column('text', { array: true }) forbiddenJobClasses: string[];
  /** Most runs of the tenant that workers hold at the same time; null: no limit. */
  @Column('integer', { nullable: true }) maxRunning: number | null;
  /** Agents that serve all tenants do not serve this one. */
  @Column('boolean') dedicatedAgentsOnly: boolean;
  @Column('text') description: string;
  /** Days for which ended executions are kept; 0: for ever; null: as the setting says. Jobs can differ. */
  @Column('integer', { nullable: true }) historyDays: number | null;
  /** The same for the audit log. */
  @Column('integer', { nullable: true }) auditLogDays: number | null;
  @Column('timestamptz') createdAt: Date;
}
