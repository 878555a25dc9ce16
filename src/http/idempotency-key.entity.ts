import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The remembered answer to a creating POST that carried an `Idempotency-Key`. Status null: the first request is still running. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  @PrimaryColumn('uuid') tenantId: string;
  @PrimaryColumn('text') key: string;
  /** Method and path that the key was used with. */
  @Column('text') operation: string;
  /** Hash of the request body. */
  @Column('text') fingerprint: string;
  @Column('integer', { nullable: true }) status: number | null;
  @Column('jsonb', { nullable: true }) headers: Record<string, string> | null;
  @Column('jsonb', { nullable: true }) body: unknown;
  @Column('timestamptz') createdAt: Date;
}
