const COLUMNS = {
  tenant_id: 'uuid',
  event: 'text',
  actor: 'text',
  request_id: 'text',
  job_id: 'uuid',
  subject_type: 'text',
  subject_id: 'text',
  subject_name: 'text',
  before: 'jsonb',
  after: 'jsonb',
};
const NAMES = Object.keys(COLUMNS).join(', ');

/**
 * Writes one entry, as a part of a statement that makes the change; a WHERE may follow. `first` is the number of its first parameter; there are
 * ten, in the order of the columns (`AuditLog.valuesOf`). No index: an insert.
 */
export function insertEntry(first: number): string {
  return `INSERT INTO audit_log (${NAMES})
   SELECT ${Object.values(COLUMNS)
     .map((type, i) => `$${first + i}::${type}`)
     .join(', ')}`;
}

/**
 * Writes several entries as a part of a statement that makes the changes; a WHERE may follow, which knows `e`. From `first` on each parameter is the array of a
 * column's values; before them one of ids, which is `e.made` in the condition. No index: an insert.
 */
export function insertEntries(first: number, made: string): string {
  const arrays = Object.values(COLUMNS).map((type, i) => `$${first + i}::${type}[]`);
  return `INSERT INTO audit_log (${NAMES})
   SELECT e.tenant_id, e.event, e.actor, e.request_id, e.job_id, e.subject_type, e.subject_id, e.subject_name, e.before, e.after
     FROM unnest(${made}, ${arrays.join(', ')}) AS e(made, ${NAMES})`;
}
