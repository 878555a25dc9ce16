import { statement } from '../../database/statement.js';
import { REPORTED_RUN } from './reported-run.js';

/**
 * What running runs say of themselves. $1 agent; per run: $2 id, $3 fence, $4 pid, $5 started_at, $6 percent, $7 message (nulls leave
 * what is there). Answers the ids found: a missing one was taken from this agent. Index: live_runs_pkey.
 */
export const report = statement(
  'report',
  `UPDATE live_runs l
      SET pid = coalesce(r.pid, l.pid), started_at = coalesce(l.started_at, r.started_at), progress_percent = coalesce(r.percent, l.progress_percent),
          progress_message = coalesce(r.message, l.progress_message), updated_at = now()
     FROM unnest($2::uuid[], $3::int[], $4::int[], $5::timestamptz[], $6::float8[], $7::text[]) AS r(id, fence, pid, started_at, percent, message)
    WHERE ${REPORTED_RUN}
    RETURNING l.id`,
);
