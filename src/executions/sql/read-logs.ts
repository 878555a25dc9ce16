import { statement } from '../../database/statement.js';

/**
 * Output of an execution in order. $1 tenant, $2 execution, $3 attempt or null for all, $4 and $5 attempt and seq of the last row of the page
 * before, $6 rows. Index: execution_logs_pkey.
 */
export const readLogs = statement(
  'read_logs',
  `SELECT attempt, seq, stream, at, text FROM execution_logs
    WHERE execution_id = $2 AND tenant_id = $1 AND ($3::int IS NULL OR attempt = $3) AND (attempt, seq) > ($4::int, $5::int)
    ORDER BY attempt, seq LIMIT $6`,
);
