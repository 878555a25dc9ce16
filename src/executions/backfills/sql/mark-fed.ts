import { statement } from '../../../database/statement.js';

/** Notes that no instant of a backfill is left to deal with. $1 id. Index: backfills_pkey. */
export const markFed = statement('mark_fed', `UPDATE backfills SET is_fed = true, updated_at = now() WHERE id = $1`);
