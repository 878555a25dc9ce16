import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A final execution that never started, or that started or ended more than a minute from its due instant, for lists in the order of starts and ends: those of all others are found by
 * their due instants. Written by database triggers on `executions`, never by us.
 */
@Entity('outlying_executions')
export class OutlyingExecution {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') tenantId: string;
  @Column('uuid') jobId: string;
  @Column('timestamptz', { nullable: true }) startedAt: Date | null;
  @Column('timestamptz') finishedAt: Date;
}
