import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Counts what an overlap rule has admitted and holds back. Changed only under its row lock. */
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
}
