import { statement } from '../../database/statement.js';

/**
 * Which of the given attempts have been recorded as ended by this agent: it did not get the answer and asks again. $1 agent; per run: $2 id,
 * $3 fence. A run that waits for its next attempt still has the fence of the last one. Indexes: executions_pkey, live_runs_pkey.
 */
export const recordedEnds = statement(
  'recorded_ends',
  `SELECT r.id FROM unnest($2::uuid[], $3::int[]) AS r(id, fence)
    WHERE EXISTS (SELECT 1 FROM executions e WHERE e.id = r.id AND e.agent_id = $1 AND e.state IS NOT NULL)
       OR EXISTS (SELECT 1 FROM live_runs l WHERE l.id = r.id AND l.fence = r.fence AND l.state = 'scheduled')`,
);
