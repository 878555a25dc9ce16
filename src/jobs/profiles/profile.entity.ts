import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A named set of parameters that runs can be launched with. */
@Entity('profiles')
export class Profile {
  @PrimaryColumn('uuid') id: string;
  /** Integer id for clients that need one. */
  @Column({ type: 'bigint', insert: false, update: false }) number: string;
  @Column('uuid') tenantId: string;
  /** Unique within the tenant. */
  @Column('text') name: string;
  @Column('text') description: string;
  /** The parameters as text, in whatever form the job classes read. */
  @Column('text') contents: string;
  /** What compatible APIs keep of a profile that only they understand, by the name of the API. */
  @Column('jsonb') annotations: Record<string, unknown>;
  /** Grows with every edit; the ETag. */
  @Column('integer') version: number;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') updatedAt: Date;
}
