import { statement } from '../../database/statement.js';

/** Values: id, `draining` or `offline`. An agent that has ended stays as it is. Index: primary key (id). */
export const SET_AGENT_STATE = statement(
  'agent-set-state',
  `UPDATE agents SET state = $2, ended_at = CASE WHEN $2 = 'offline' THEN clock_timestamp() END
   WHERE id = $1 AND ended_at IS NULL`,
);
