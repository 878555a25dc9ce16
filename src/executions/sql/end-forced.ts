import { statement } from '../../database/statement.js';
import { freed } from './freed.js';

/**
 * Ends force-cancelled runs whose agent did not report in time. What a client drives is left to the client. $1 patience in milliseconds, $2 gates whose locks the transaction holds.
 * Index: live_force (stop_requested_at) WHERE state = 'force_cancelling'.
 */
export const endForced = statement(
  'end_forced',
  `WITH ended AS (
    DELETE FROM live_runs l
     WHERE l.state = 'force_cancelling' AND l.agent_id IS NOT NULL AND l.stop_requested_at <= now() - $1 * interval '1 millisecond'
       AND (l.gate_id IS NULL OR l.gate_id = ANY ($2::uuid[]))
    RETURNING l.id, l.queue_id, l.is_restrained, l.gate_id, l.held_by, l.stop_requested_by, l.attempt, l.agent_id, l.pid, l.started_at,
              l.claimed_at
  ),
  recorded AS (
    UPDATE executions e
       SET state = 'cancelled', reason = 'force_cancelled', attempt = d.attempt, agent_id = d.agent_id, hostname = a.hostname, pid = d.pid,
           started_at = coalesce(d.started_at, d.claimed_at), finished_at = now(), stop_requested_by = d.stop_requested_by,
           error = jsonb_build_object('type', 'cancelled', 'message', 'The worker did not report the end in time.')
      FROM ended d JOIN agents a ON a.id = d.agent_id
     WHERE e.id = d.id
    RETURNING e.id
  ),
  ${freed('$2')}
  SELECT id, (SELECT tell_room(array_agg(DISTINCT queue_id)) FROM ended WHERE is_restrained) AS room FROM recorded`,
);
