import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A browser that signed in. */
@Entity('sessions')
export class Session {
  /** SHA-256 in hex of the cookie's value. */
  @PrimaryColumn('text') idHash: string;
  @Column('uuid') userId: string;
  /** From where it signed in. */
  @Column('text') address: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') expiresAt: Date;
}
