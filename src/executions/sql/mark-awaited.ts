import { statement } from '../../database/statement.js';

/**
 * Has the end of a run told. $1 tenant, $2 id. To be called in the transaction that makes the run, before a worker can see it. A run that was
 * skipped has no live row. Index: live_runs_pkey.
 */
export const markAwaited = statement(
  'mark_awaited',
  `UPDATE live_runs SET awaited = true WHERE id = $2 AND tenant_id = $1`,
);
