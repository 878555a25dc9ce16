import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * How many executions of a job there are with a number up to that of the `CountingMark`. Written by `HistoryCounts` and, when counted executions are deleted or get another
 * number, by database triggers on `executions`.
 */
@Entity('execution_counts')
export class ExecutionCount {
  @PrimaryColumn('uuid') tenantId: string;
  @PrimaryColumn('uuid') jobId: string;
  @Column('bigint') total: string;
}
