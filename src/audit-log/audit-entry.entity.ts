import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who changed what, written in the transaction of the change. Never updated. */
@Entity('audit_log')
export class AuditEntry {
  @PrimaryColumn('bigint', { insert: false }) id: string;
  @Column('uuid') tenantId: string;
  @Column('timestamptz') at: Date;
  /** `job.created`, `trigger.deleted`, `execution.cancelled`, … */
  @Column('text') event: string;
  @Column('text') actor: string;
  @Column('text', { nullable: true }) requestId: string | null;
  @Column('uuid', { nullable: true }) jobId: string | null;
  @Column('text') subjectType: string;
  @Column('text') subjectId: string;
  @Column('text', { nullable: true }) subjectName: string | null;
  /** The changed fields as they were; null for a creation. */
  @Column('jsonb', { nullable: true }) before: Record<string, unknown> | null;
  /** The changed fields as they are now; null for a deletion. */
  @Column('jsonb', { nullable: true }) after: Record<string, unknown> | null;
}
