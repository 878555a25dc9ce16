import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LiveState } from './execution.state.js';

/** The changing part of an execution that has not ended; its row goes away with the end. */
@Entity('live_runs')
export class LiveRun {
  /** Id of the execution. */
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') tenantId: string;
  @Column('uuid') jobId: string;
  @Column('integer') queueId: number;
  @Column('uuid', { nullable: true }) gateId: string | null;
  /** The gate at which a queued run waits: its job's or its group's. */
  @Column('uuid', { nullable: true }) heldBy: string | null;
  /** The order in which runs with a gate came. */
  @Column('bigint', { nullable: true }) arrival: string | null;
  @Column('text') state: LiveState;
  @Column('smallint') priority: number;
  @Column('timestamptz') runAt: Date;
  /** 0 until the first claim. */
  @Column('integer') attempt: number;
  /** Grows with every claim; a report with an older one is refused. */
  @Column('integer') fence: number;
  @Column('uuid', { nullable: true }) agentId: string | null;
  /** The client that drives it; it has no agent then. */
  @Column('text', { nullable: true }) drivenBy: string | null;
  /** True: it comes to its gates only when it is due. */
  @Column('boolean', { nullable: true }) isPlanned: boolean | null;
  /** True: its end makes room for runs that wait for its interfaces or its tenant's limit. */
  @Column('boolean', { nullable: true }) isRestrained: boolean | null;
  @Column('integer', { nullable: true }) pid: number | null;
  @Column('timestamptz', { nullable: true }) claimedAt: Date | null;
  @Column('timestamptz', { nullable: true }) startedAt: Date | null;
  @Column('double precision', { nullable: true }) progressPercent: number | null;
  @Column('text', { nullable: true }) progressMessage: string | null;
  @Column('timestamptz', { nullable: true }) stopRequestedAt: Date | null;
  @Column('text', { nullable: true }) stopRequestedBy: string | null;
  @Column('timestamptz') updatedAt: Date;
  /** Somebody waits for its end, which is then told on the channel `ended`. */
  @Column('boolean') awaited: boolean;
}
