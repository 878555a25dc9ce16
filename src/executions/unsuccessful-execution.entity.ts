import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FinalState } from './execution.state.js';

/** An execution that ended otherwise than `succeeded`, for lists by state. Written by a database trigger on `executions`, never by us. */
@Entity('unsuccessful_executions')
export class UnsuccessfulExecution {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') tenantId: string;
  @Column('uuid') jobId: string;
  @Column('text') state: Exclude<FinalState, 'succeeded'>;
  @Column('timestamptz') scheduledFor: Date;
}
