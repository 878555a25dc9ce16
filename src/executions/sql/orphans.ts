import { statement } from '../../database/statement.js';

/** A batch of runs held by agents that are gone. $1 at most. Indexes: agents_pkey, live_by_agent. */
export const orphans = statement(
  'orphans',
  `SELECT l.id, l.gate_id AS "gateId"
     FROM live_runs l JOIN agents a ON a.id = l.agent_id
    WHERE l.agent_id IS NOT NULL AND a.ended_at IS NOT NULL
    ORDER BY l.id
    LIMIT $1`,
);
