import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A run of a backfill whose end has not been counted yet. */
@Entity('backfill_runs')
export class BackfillRun {
  @PrimaryColumn('uuid') backfillId: string;
  @PrimaryColumn('uuid') executionId: string;
  @Column('uuid') tenantId: string;
}
