import { statement } from '../../database/statement.js';

/**
 * Ends runs that no worker holds. $1 tenant, $2 ids, $3 gates whose locks the transaction holds, $4 reason. Answers the ids it ended.
 * Indexes: live_runs_pkey, executions_pkey.
 */
export const cancelWaiting = statement(
  'cancel_waiting',
  `WITH ended AS (
    DELETE FROM live_runs l
     WHERE l.id = ANY ($2::uuid[]) AND l.tenant_id = $1 AND l.state IN ('scheduled', 'queued', 'pending')
       AND (l.gate_id IS NULL OR l.gate_id = ANY ($3::uuid[]))
    RETURNING l.id, l.state, l.gate_id, l.attempt
  ),
  recorded AS (
    UPDATE executions e SET state = 'cancelled', reason = $4, attempt = d.attempt, finished_at = now()
      FROM ended d WHERE e.id = d.id
    RETURNING e.id
  ),
  freed AS (
    UPDATE gates g SET active = g.active - c.active, queued = g.queued - c.queued
      FROM (SELECT gate_id, count(*) FILTER (WHERE state <> 'queued')::int AS active, count(*) FILTER (WHERE state = 'queued')::int AS queued
              FROM ended WHERE gate_id IS NOT NULL GROUP BY gate_id) c
     WHERE g.id = c.gate_id
  )
  SELECT id FROM recorded`,
);

/**
 * Asks the workers that hold runs to stop them. $1 tenant, $2 ids, $3 `cancelling` or `force_cancelling`, $4 who asks. A stop that was asked
 * for stays asked; force follows a plain one, never the other way round. Answers the ids that changed. Index: live_runs_pkey.
 */
export const requestStop = statement(
  'request_stop',
  `WITH asked AS (
    UPDATE live_runs l
       SET state = $3, stop_requested_at = now(), stop_requested_by = $4, updated_at = now()
     WHERE l.id = ANY ($2::uuid[]) AND l.tenant_id = $1
       AND (l.state = 'running' OR (l.state = 'cancelling' AND $3 = 'force_cancelling'))
    RETURNING l.id, l.agent_id
  ),
  told AS (
    SELECT pg_notify('carillon_stop', string_agg(agent_id::text || ':' || id::text, ',')) FROM asked HAVING count(*) > 0
  )
  SELECT id, (SELECT count(*) FROM told) AS told FROM asked`,
);

/**
 * Ends force-cancelled runs whose agent did not report in time. $1 patience in milliseconds, $2 gates whose locks the transaction holds.
 * Index: live_force (stop_requested_at) WHERE state = 'force_cancelling'.
 */
export const endForced = statement(
  'end_forced',
  `WITH ended AS (
    DELETE FROM live_runs l
     WHERE l.state = 'force_cancelling' AND l.stop_requested_at <= now() - $1 * interval '1 millisecond'
       AND (l.gate_id IS NULL OR l.gate_id = ANY ($2::uuid[]))
    RETURNING l.id, l.gate_id, l.attempt, l.agent_id, l.pid, l.started_at, l.claimed_at
  ),
  recorded AS (
    UPDATE executions e
       SET state = 'cancelled', reason = 'force_cancelled', attempt = d.attempt, agent_id = d.agent_id, hostname = a.hostname, pid = d.pid,
           started_at = coalesce(d.started_at, d.claimed_at), finished_at = now(),
           error = jsonb_build_object('type', 'cancelled', 'message', 'The worker did not report the end in time.')
      FROM ended d JOIN agents a ON a.id = d.agent_id
     WHERE e.id = d.id
    RETURNING e.id
  ),
  freed AS (
    UPDATE gates g SET active = g.active - c.n
      FROM (SELECT gate_id, count(*)::int AS n FROM ended WHERE gate_id IS NOT NULL GROUP BY gate_id) c
     WHERE g.id = c.gate_id
  )
  SELECT id FROM recorded`,
);

/** Gates of force-cancelled runs that are overdue. $1 patience in milliseconds. Index: live_force. */
export const overdueForcedGates = statement(
  'overdue_forced_gates',
  `SELECT count(*)::int AS runs, coalesce(array_agg(DISTINCT gate_id) FILTER (WHERE gate_id IS NOT NULL), '{}') AS gates
     FROM live_runs WHERE state = 'force_cancelling' AND stop_requested_at <= now() - $1 * interval '1 millisecond'`,
);
