import { statement } from '../../../database/statement.js';

/**
 * Changes the state of a backfill by hand. $1 tenant, $2 id, $3 states it may be in, $4 the new one. Answers a row when it was in one of
 * them. Index: backfills_pkey.
 */
export const commandBackfill = statement(
  'command_backfill',
  `UPDATE backfills SET state = $4, version = version + 1, updated_at = now(), finished_at = CASE WHEN $4 = 'cancelled' THEN now() END
    WHERE tenant_id = $1 AND id = $2 AND state = ANY ($3::text[]) RETURNING id`,
);
