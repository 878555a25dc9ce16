import { statement } from '../../database/statement.js';

/**
 * Holds the mark until the end of the transaction, against those who delete or renumber counted executions: they wait for us, or we for them, and the statements that follow see
 * what they did. `isSettled`: every transaction that could have brought an execution with a number up to `nextThrough` is over. Index: none, it is one row.
 */
export const lockCountingMark = statement(
  'lock_counting_mark',
  `SELECT counted_through AS "countedThrough", next_through AS "nextThrough",
          coalesce(pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= next_after, false) AS "isSettled"
     FROM counting_mark FOR UPDATE`,
);
