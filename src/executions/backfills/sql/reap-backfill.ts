import { statement } from '../../../database/statement.js';

/**
 * Counts the runs of a backfill that have ended. $1 backfill, which is locked. Answers how many were counted and how many are left.
 * Indexes: backfill_runs_pkey, live_runs_pkey, executions_pkey, backfills_pkey.
 */
export const reapBackfill = statement(
  'reap_backfill',
  `WITH over AS (
    DELETE FROM backfill_runs r
     WHERE r.backfill_id = $1 AND NOT EXISTS (SELECT 1 FROM live_runs l WHERE l.id = r.execution_id)
    RETURNING r.execution_id
  ),
  ends AS (
    SELECT count(*)::int AS n, count(*) FILTER (WHERE e.state = 'succeeded')::int AS succeeded
      FROM over o LEFT JOIN executions e ON e.id = o.execution_id
  ),
  counted AS (
    UPDATE backfills b SET succeeded = b.succeeded + ends.succeeded, unsuccessful = b.unsuccessful + ends.n - ends.succeeded, updated_at = now()
      FROM ends WHERE b.id = $1 AND ends.n > 0
  )
  SELECT ends.n AS ended, (SELECT count(*)::int FROM backfill_runs WHERE backfill_id = $1) - ends.n AS active FROM ends`,
);
