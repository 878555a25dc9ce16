import { statement } from '../../database/statement.js';

/** Prolongs the lease of an agent that has not ended. No row: it was declared lost or left, and must register anew. Index: primary key (id). */
export const HEARTBEAT = statement(
  'agent-heartbeat',
  `UPDATE agents SET last_heartbeat_at = clock_timestamp() WHERE id = $1 AND ended_at IS NULL RETURNING id`,
);
