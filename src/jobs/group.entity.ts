import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What happens to a run that comes while the group has as many active runs as it may have. */
export const GROUP_RULES = ['skip', 'queue', 'reject'] as const;
export type GroupRule = (typeof GROUP_RULES)[number];

/** A named set of jobs, with a limit to how many of their runs are active at the same time if it is given one. */
@Entity('job_groups')
export class JobGroup {
  @PrimaryColumn('uuid') id: string;
  /** Integer id for clients that need one. */
  @Column({ type: 'bigint', insert: false, update: false }) number: string;
  @Column('uuid') tenantId: string;
  @Column('text') name: string;
  @Column('text') description: string;
  /** What compatible APIs know of it. */
  @Column('jsonb') attributes: Record<string, unknown>;
  /** Null: no limit. */
  @Column('integer', { nullable: true }) maxConcurrency: number | null;
  @Column('text') whenBusy: GroupRule;
  /** Runs that may wait under `queue`, or because their starter asked for it. */
  @Column('integer') maxQueued: number;
  /** Null until the group gets its first limit. */
  @Column('uuid', { nullable: true }) gateId: string | null;
  /** Grows with every edit; the ETag. */
  @Column('integer') version: number;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') updatedAt: Date;
}
