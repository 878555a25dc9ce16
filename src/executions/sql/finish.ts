import { statement } from '../../database/statement.js';
import { freed } from './freed.js';
import { REPORTED_RUN } from './reported-run.js';

/**
 * Ends runs. $1 agent, $2 gates whose locks the transaction holds; per run: $3 id, $4 fence,
 * $5 state, $6 reason, $7 exit code, $8 result, $9 error, $10 pid, $11 started_at, $12 finished_at, $13 retry_at or null.
 *
 * Every row is guarded by agent and fence: a report of a worker that lost the run finds nothing. A gated run is touched only when its
 * gate is locked, and one that shall be retried only when somebody asked to stop it (see `retry`). A run that was force-cancelled ends
 * cancelled whatever it reports. Answers the ids that were found.
 * Ids come sorted, so that batches visit rows in one order. Indexes: live_runs_pkey, executions_pkey, agents_pkey.
 */
export const finish = statement(
  'finish',
  `WITH r AS MATERIALIZED (
    SELECT * FROM unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::int[], $8::jsonb[], $9::jsonb[], $10::int[],
                         $11::timestamptz[], $12::timestamptz[], $13::timestamptz[])
      AS r(id, fence, state, reason, exit_code, result, error, pid, started_at, finished_at, retry_at)
  ),
  ended AS (
    DELETE FROM live_runs l USING r
     WHERE ${REPORTED_RUN} AND NOT (l.state = 'running' AND r.retry_at IS NOT NULL)
       AND (l.gate_id IS NULL OR l.gate_id = ANY ($2::uuid[]))
    RETURNING l.id, l.queue_id, l.is_restrained, l.state AS live_state, l.gate_id, l.held_by, l.attempt, l.claimed_at, l.stop_requested_by,
              r.state, r.reason, r.exit_code, r.result,
              r.error, r.pid, coalesce(r.started_at, l.started_at, l.claimed_at) AS started_at, r.finished_at
  ),
  recorded AS (
    UPDATE executions e
       SET state = CASE WHEN d.live_state = 'force_cancelling' THEN 'cancelled' ELSE d.state END,
           reason = CASE WHEN d.live_state = 'force_cancelling' THEN 'force_cancelled' ELSE d.reason END,
           attempt = d.attempt, agent_id = $1, hostname = (SELECT a.hostname FROM agents a WHERE a.id = $1), pid = d.pid, started_at = least(d.started_at, d.finished_at),
           finished_at = d.finished_at, exit_code = d.exit_code, result = d.result, error = d.error,
           stop_requested_by = d.stop_requested_by
      FROM ended d
     WHERE e.id = ANY (ARRAY[d.id])
    RETURNING e.id
  ),
  ${freed('$2')}
  SELECT id, (SELECT tell_room(array_agg(DISTINCT queue_id)) FROM ended WHERE is_restrained) AS room FROM recorded`,
);
