import { statement } from '../../database/statement.js';
import { REPORTED_RUN } from './reported-run.js';

/**
 * Appends output. $1 agent; per piece: $2 execution, $3 fence, $4 seq, $5 stream, $6 at, $7 text. Only the worker that holds the run can
 * write, and a repeated batch changes nothing. Indexes: live_runs_pkey, execution_logs_pkey.
 */
export const appendLogs = statement(
  'append_logs',
  `INSERT INTO execution_logs (execution_id, attempt, seq, tenant_id, stream, at, text)
   SELECT l.id, l.attempt, r.seq, l.tenant_id, r.stream, r.at, r.text
     FROM unnest($2::uuid[], $3::int[], $4::int[], $5::text[], $6::timestamptz[], $7::text[]) AS r(id, fence, seq, stream, at, text)
     JOIN live_runs l ON ${REPORTED_RUN}
       ON CONFLICT DO NOTHING`,
);
