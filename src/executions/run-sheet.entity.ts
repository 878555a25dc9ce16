import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What stands beside an execution that most have not: with what it was launched, the number of its result, whether it was put away. */
@Entity('run_sheets')
export class RunSheet {
  @PrimaryColumn('uuid') executionId: string;
  @Column('uuid') tenantId: string;
  /** The execution's. */
  @Column('bigint') number: string;
  /** Whether it was written after the launch, so that the execution's `hasSheet` does not tell. */
  @Column('boolean') isLate: boolean;
  /** 0: it was launched without a profile. The name may be there all the same, from what the job names. */
  @Column('bigint') profileNumber: string;
  /** As it was at the launch; may be empty. */
  @Column('text') profileName: string;
  /** Of the agent that the run is about; 0: of none. */
  @Column('bigint') deviceNumber: string;
  @Column('text') deviceName: string;
  /** Before which it shall not begin, if the launch named an instant. */
  @Column('timestamptz', { nullable: true }) runAt: Date | null;
  /** The same, or without one when the execution was due: kept here so that lists by it need not read the history. */
  @Column('timestamptz') dueAt: Date;
  /** What only the API that launched it understands. */
  @Column('jsonb') details: Record<string, unknown>;
  /** YYYYMMDDHHMMSS in UTC, unique in the tenant; null until somebody looks at the run after it began. */
  @Column('bigint', { nullable: true }) resultNumber: string | null;
  /** The same as a time in UTC, which is compared sooner. */
  @Column('timestamp without time zone', { nullable: true }) resultAt: Date | null;
  /** Not null: lists of launched runs leave it out. The history keeps it. */
  @Column('timestamptz', { nullable: true }) dismissedAt: Date | null;
}
