import { statement } from '../../../database/statement.js';

/** Ends a running backfill. $1 id, $2 state, $3 reason or null. Index: backfills_pkey. */
export const endBackfill = statement(
  'end_backfill',
  `UPDATE backfills SET state = $2, reason = $3, finished_at = now(), updated_at = now() WHERE id = $1 AND state = 'running'`,
);
