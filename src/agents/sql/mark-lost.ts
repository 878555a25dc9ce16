import { statement } from '../../database/statement.js';

/**
 * Declares every agent lost whose lease ran out, by the database's clock. Rows that another replica is looking at, or that are
 * just being prolonged, are passed over. Index: agents_alive.
 */
export const MARK_LOST = statement(
  'agents-mark-lost',
  `UPDATE agents SET state = 'lost', ended_at = clock_timestamp()
   WHERE id IN (
     SELECT id FROM agents
     WHERE ended_at IS NULL AND last_heartbeat_at < clock_timestamp() - lease_ms * interval '1 millisecond'
     ORDER BY id FOR UPDATE SKIP LOCKED)
   RETURNING id, name, hostname`,
);
