import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An agent of another system that was announced to us: known, shown and tagged, but never given work. */
@Entity('inventory_agents')
export class InventoryAgent {
  @PrimaryColumn('uuid') tenantId: string;
  /** Chosen by whoever announces it; unique within the tenant. */
  @PrimaryColumn('uuid') id: string;
  /** Integer id for clients that need one; no worker has it. */
  @Column({ type: 'bigint', insert: false, update: false }) number: string;
  @Column('text') hostname: string;
  @Column('integer', { nullable: true }) port: number | null;
  /** What it says of itself. */
  @Column('jsonb') attributes: Record<string, unknown>;
  @Column('timestamptz') registeredAt: Date;
  @Column('timestamptz') lastHeardAt: Date;
}
