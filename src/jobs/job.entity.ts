import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What happens to an occurrence that comes due while `maxConcurrency` runs of the job are active. */
export const OVERLAP_POLICIES = [
  'allow',
  'skip',
  'queue_one',
  'queue_all',
  'cancel_other',
  'force_cancel_other',
] as const;
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

/** Who runs it: a worker takes it, or a client says how far it is (`executions/driven-runs.service.ts`). */
export const DRIVERS = ['worker', 'client'] as const;
export type Driver = (typeof DRIVERS)[number];

/** What to run. A deleted job keeps its row for as long as its history. */
@Entity('jobs')
export class Job {
  @PrimaryColumn('uuid') id: string;
  /** Integer id for clients that need one. */
  @Column({ type: 'bigint', insert: false, update: false }) number: string;
  @Column('uuid') tenantId: string;
  @Column('text') name: string;
  @Column('text') description: string;
  /** Dotted name of a job class; it need not exist until the job runs. */
  @Column('text') jobClass: string;
  @Column('jsonb') args: unknown[];
  @Column('jsonb') parameters: Record<string, unknown>;
  /** What compatible APIs keep of a job that only they understand, by the name of the API. Changes nothing about how it runs. */
  @Column('jsonb') annotations: Record<string, unknown>;
  /** Set when the job is made, for ever. */
  @Column('text') driver: Driver;
  @Column('text', { array: true }) requiredTags: string[];
  @Column('text', { array: true }) excludedTags: string[];
  /** Names of what a run has for itself on its agent; sorted, without repeats. Copied to executions as they come to be. */
  @Column('text', { array: true }) interfaces: string[];
  @Column('integer') queueId: number;
  @Column('smallint') priority: number;
  @Column('integer', { nullable: true }) timeoutMs: number | null;
  @Column('integer') killGraceMs: number;
  @Column('integer') maxOutputBytes: number;
  @Column('integer') maxAttempts: number;
  @Column('integer') retryInitialMs: number;
  @Column('double precision') retryFactor: number;
  @Column('integer') retryMaxMs: number;
  /** Fraction of the delay by which it varies, 0 to 1. */
  @Column('double precision') retryJitter: number;
  @Column('text') overlapPolicy: OverlapPolicy;
  /** Null exactly when the policy is `allow`. */
  @Column('integer', { nullable: true }) maxConcurrency: number | null;
  @Column('integer') maxQueued: number;
  @Column('uuid', { nullable: true }) gateId: string | null;
  @Column('uuid', { nullable: true }) groupId: string | null;
  /** The gate of the group; null while the group has never had a limit. */
  @Column('uuid', { nullable: true }) groupGateId: string | null;
  /** Days for which ended executions are kept; 0: for ever; null: as the tenant says. */
  @Column('integer', { nullable: true }) historyDays: number | null;
  /** A paused job's triggers do not fire; it can still be run by hand. */
  @Column('boolean') paused: boolean;
  /** Grows with every edit; the ETag. */
  @Column('integer') version: number;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') updatedAt: Date;
  @Column('timestamptz', { nullable: true }) deletedAt: Date | null;
}
