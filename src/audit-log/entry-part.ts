/**
 * Writes one entry, as a part of a statement that makes the change; a WHERE may follow. `first` is the number of its first parameter; there are
 * ten, in the order of the columns (`AuditLog.valuesOf`). No index: an insert.
 */
export function insertEntry(first: number): string {
  const types = ['uuid', 'text', 'text', 'text', 'uuid', 'text', 'text', 'text', 'jsonb', 'jsonb'];
  return `INSERT INTO audit_log (tenant_id, event, actor, request_id, job_id, subject_type, subject_id, subject_name, before, after)
   SELECT ${types.map((type, i) => `$${first + i}::${type}`).join(', ')}`;
}
