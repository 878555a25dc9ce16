import { statement } from '../../database/statement.js';

/** An agent takes nothing more, and hears of it. $1 id. No row: it has ended, or does so already. Index: primary key. */
export const DRAIN_AGENT = statement(
  'agent-drain',
  `WITH drained AS (UPDATE agents SET state = 'draining' WHERE id = $1 AND state = 'online' RETURNING id)
   SELECT id, pg_notify('carillon_stop', id::text || ':') FROM drained`,
);
