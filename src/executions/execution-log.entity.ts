import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A piece of output of one attempt. `seq` grows within the attempt, with gaps where pieces were joined. */
@Entity('execution_logs')
export class ExecutionLog {
  @PrimaryColumn('uuid') executionId: string;
  @PrimaryColumn('integer') attempt: number;
  @PrimaryColumn('integer') seq: number;
  @Column('uuid') tenantId: string;
  @Column('text') stream: 'stdout' | 'stderr' | 'log';
  @Column('timestamptz') at: Date;
  @Column('text') text: string;
}
