import { statement } from '../../database/statement.js';

/** An agent leaves for good, and hears of it. $1 id. No row: it has ended already. Index: primary key. */
export const REMOVE_AGENT = statement(
  'agent-remove',
  `WITH removed AS (
     UPDATE agents SET state = 'offline', ended_at = clock_timestamp() WHERE id = $1 AND ended_at IS NULL RETURNING id)
   SELECT id, pg_notify('carillon_stop', id::text || ':') FROM removed`,
);
