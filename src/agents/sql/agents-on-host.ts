import { statement } from '../../database/statement.js';

/** In-process workers of one machine that have not ended. Values: hostname. Index: agents_alive. */
export const AGENTS_ON_HOST = statement(
  'agents-on-host',
  `SELECT id, pid, process_identity AS "processIdentity" FROM agents
   WHERE ended_at IS NULL AND hostname = $1 AND kind = 'embedded' AND pid IS NOT NULL AND process_identity IS NOT NULL
   ORDER BY id`,
);
