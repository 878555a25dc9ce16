import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * What happens to a run that finds its gate full and cannot wait: it is recorded as `skipped`, it is refused (`reject`, groups only; an
 * occurrence of a trigger is skipped all the same), or the runs that are active are stopped for it.
 */
export type OnFull = 'skip' | 'reject' | 'cancel_other' | 'force_cancel_other';

/** Counts what an overlap rule has admitted and holds back. Changed only under its row lock. A job's gate has the id of the job, a group's that of the group. */
@Entity('gates')
export class Gate {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') tenantId: string;
  /** Null: no limit at present. */
  @Column('integer', { nullable: true }) maxActive: number | null;
  /** Occurrences beyond `maxActive` that may wait; 0 skips them. */
  @Column('integer') maxQueued: number;
  @Column('integer') active: number;
  @Column('integer') queued: number;
  @Column('text') onFull: OnFull;
  /** Runs that may wait because whoever started them asked for it, whatever the rule says. */
  @Column('integer') queueOnRequest: number;
  /** The gate of the group, to which a run comes when this one has let it through. */
  @Column('uuid', { nullable: true }) nextGateId: string | null;
}
