import { statement } from '../../database/statement.js';

/** Declares the given agents lost, if they have not ended. Values: ids. Index: primary key (id). */
export const MARK_DEAD = statement(
  'agents-mark-dead',
  `UPDATE agents SET state = 'lost', ended_at = clock_timestamp()
   WHERE id IN (SELECT id FROM agents WHERE id = ANY ($1::uuid[]) AND ended_at IS NULL ORDER BY id FOR UPDATE SKIP LOCKED)
   RETURNING id, name, hostname`,
);
