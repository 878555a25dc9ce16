import { statement } from '../../database/statement.js';
import { freed } from './freed.js';

/**
 * Takes runs from agents that are gone: back to pending while attempts are left, otherwise final. $1 ids, $2 gates whose locks the
 * transaction holds. The fence grows with the next claim and the agent is cleared here, so a late report of a zombie finds nothing.
 * Indexes: live_runs_pkey, agents_pkey, jobs_pkey, executions_pkey.
 */
export const rescue = statement(
  'rescue',
  `WITH lost AS MATERIALIZED (
    SELECT l.id, l.state, l.attempt, l.gate_id, l.agent_id, l.pid, coalesce(l.started_at, l.claimed_at) AS started_at, l.queue_id, l.is_restrained,
           l.stop_requested_by, a.hostname, a.name,
           l.state = 'running' AND l.attempt < j.max_attempts AS again
      FROM live_runs l JOIN agents a ON a.id = l.agent_id JOIN jobs j ON j.id = l.job_id
     WHERE l.id = ANY ($1::uuid[]) AND a.ended_at IS NOT NULL AND (l.gate_id IS NULL OR l.gate_id = ANY ($2::uuid[]))
     ORDER BY l.id
       FOR UPDATE OF l SKIP LOCKED
  ),
  returned AS (
    UPDATE live_runs l SET state = 'pending', agent_id = NULL, pid = NULL, run_at = now(), updated_at = now()
      FROM lost WHERE l.id = lost.id AND lost.again
    RETURNING l.id, l.queue_id
  ),
  ended AS (
    DELETE FROM live_runs l USING lost WHERE l.id = lost.id AND NOT lost.again RETURNING l.id, l.gate_id, l.held_by
  ),
  recorded AS (
    UPDATE executions e
       SET state = CASE WHEN lost.state = 'running' THEN 'failed' ELSE 'cancelled' END,
           reason = CASE lost.state WHEN 'running' THEN 'agent_lost' WHEN 'cancelling' THEN 'cancelled' ELSE 'force_cancelled' END,
           attempt = lost.attempt, agent_id = lost.agent_id, hostname = lost.hostname, pid = lost.pid, started_at = lost.started_at, finished_at = now(),
           stop_requested_by = lost.stop_requested_by,
           error = jsonb_build_object('type', 'agent_lost', 'message', 'The worker ' || lost.name || ' was lost during attempt ' || lost.attempt || '.')
      FROM lost JOIN ended ON ended.id = lost.id
     WHERE e.id = lost.id
    RETURNING e.id
  ),
  ${freed('$2')},
  told AS (
    SELECT pg_notify('carillon_dispatch', string_agg(DISTINCT queue_id::text, ',')) FROM returned HAVING count(*) > 0
  )
  SELECT (SELECT count(*)::int FROM returned) AS returned, (SELECT count(*)::int FROM recorded) AS ended, (SELECT count(*) FROM told) AS told,
         (SELECT tell_room(array_agg(DISTINCT queue_id)) FROM lost WHERE is_restrained) AS room`,
);
