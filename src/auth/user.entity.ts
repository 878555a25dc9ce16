import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody who can sign in. */
@Entity('users')
export class User {
  @PrimaryColumn('uuid') id: string;
  /** Integer id for clients that need one. */
  @Column({ type: 'bigint', insert: false, update: false }) number: string;
  /** Unique whatever its case. */
  @Column('text') username: string;
  /** Argon2id in PHC form; null: nobody can sign in as this user with a password. */
  @Column('text', { nullable: true }) passwordHash: string | null;
  @Column('boolean') isSystemAdmin: boolean;
  /** The tenant whose administrators own the account; null: only system administrators do. */
  @Column('uuid', { nullable: true }) homeTenantId: string | null;
  /** The tenant of requests that name none, if the user is still a member of it. */
  @Column('uuid', { nullable: true }) defaultTenantId: string | null;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') passwordChangedAt: Date;
  @Column('timestamptz', { nullable: true }) disabledAt: Date | null;
}
