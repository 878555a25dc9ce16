import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Whose everything is. Every tenant-owned row carries the id of one. */
@Entity('tenants')
export class Tenant {
  @PrimaryColumn('uuid') id: string;
  /** What clients send in the `Tenant` header. Letters, digits, `_`, `.`, `-`; at most 64 characters. */
  @Column('text') name: string;
  @Column('text') description: string;
  @Column('timestamptz') createdAt: Date;
}
