import { statement } from '../../database/statement.js';

/**
 * Forgets agents that ended long ago and hold no run. $1 days since their end, $2 at most.
 * Index: none for the ended ones, which are few; live_by_agent.
 */
export const DELETE_ENDED = statement(
  'agents-delete-ended',
  `DELETE FROM agents
    WHERE id IN (SELECT a.id FROM agents a
                  WHERE a.ended_at < now() - $1 * interval '1 day' AND NOT EXISTS (SELECT 1 FROM live_runs l WHERE l.agent_id = a.id)
                  ORDER BY a.ended_at LIMIT $2 FOR UPDATE SKIP LOCKED)
   RETURNING id`,
);
