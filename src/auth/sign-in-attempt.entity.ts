import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How often a wrong password was given of late; see `SignInThrottle`. */
@Entity('sign_in_attempts')
export class SignInAttempt {
  @PrimaryColumn('text') kind: 'account' | 'address' | 'pair';
  /** SHA-256 in hex of the user name, the address, or both. */
  @PrimaryColumn('text') subject: string;
  @Column('integer') failures: number;
  @Column('timestamptz') lastAttemptAt: Date;
  @Column('timestamptz', { nullable: true }) blockedUntil: Date | null;
  @Column('timestamptz', { nullable: true }) lastSuccessAt: Date | null;
}
