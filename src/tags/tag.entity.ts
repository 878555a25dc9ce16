import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A label, unique by name within its tenant. */
@Entity('tags')
export class Tag {
  @PrimaryColumn('uuid') id: string;
  /** Integer id for clients that need one. */
  @Column({ type: 'bigint', insert: false, update: false }) number: string;
  @Column('uuid') tenantId: string;
  @Column('text') name: string;
  @Column('text') description: string;
  @Column('timestamptz') createdAt: Date;
}
