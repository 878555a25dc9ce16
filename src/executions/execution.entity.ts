import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FinalState } from './execution.state.js';

/** What made an execution come to be. */
export type ExecutionSource = 'trigger' | 'manual' | 'retry' | 'backfill';

/** Why an execution failed; `type` is a stable word. */
export interface ExecutionError {
  type: string;
  message: string;
  stack?: string;
}

/** One occurrence of a trigger or one manual run, for ever. While `state` is null the run is unfinished and has a `LiveRun`. */
@Entity('executions')
export class Execution {
  @PrimaryColumn('uuid') id: string;
  /** Integer id for clients that need one. */
  @Column({ type: 'bigint', insert: false, update: false }) number: string;
  @Column('uuid') tenantId: string;
  @Column('uuid') jobId: string;
  @Column('uuid', { nullable: true }) triggerId: string | null;
  @Column('text') source: ExecutionSource;
  @Column('uuid', { nullable: true }) retryOf: string | null;
  /** The due instant, or the moment of the request for a manual run. */
  @Column('timestamptz') scheduledFor: Date;
  @Column('text') jobClass: string;
  @Column('jsonb') args: unknown[];
  @Column('jsonb') parameters: Record<string, unknown>;
  /** What the run has for itself on its agent; null: nothing. */
  @Column('text', { array: true, nullable: true }) interfaces: string[] | null;
  /** What a compatible API keeps of a run that only it understands, by its name. Changes nothing about how it runs. */
  @Column('jsonb', { nullable: true }) annotations: Record<string, unknown> | null;
  /** Whether it was launched with a sheet (`RunSheet`); null: it was not, but may have got one since. */
  @Column('boolean', { nullable: true }) hasSheet: true | null;
  @Column('text', { nullable: true }) createdBy: string | null;
  @Column('timestamptz') createdAt: Date;
  @Column('text', { nullable: true }) state: FinalState | null;
  /** Machine-readable word that explains the state. */
  @Column('text', { nullable: true }) reason: string | null;
  @Column('integer') attempt: number;
  @Column('uuid', { nullable: true }) agentId: string | null;
  @Column('text', { nullable: true }) hostname: string | null;
  @Column('integer', { nullable: true }) pid: number | null;
  @Column('timestamptz', { nullable: true }) startedAt: Date | null;
  @Column('timestamptz', { nullable: true }) finishedAt: Date | null;
  @Column('integer', { nullable: true }) exitCode: number | null;
  @Column('jsonb', { nullable: true }) result: unknown;
  @Column('jsonb', { nullable: true }) error: ExecutionError | null;
  /** A user, or `execution <id>` of the run that took its place. */
  @Column('text', { nullable: true }) stopRequestedBy: string | null;
}
