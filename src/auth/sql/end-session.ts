import { statement } from '../../database/statement.js';

/** Ends a session and tells whose it was, if it still lasted. $1 digest. Index: primary key of sessions and users. */
export const END_SESSION = statement(
  'auth-end-session',
  `WITH ended AS (DELETE FROM sessions WHERE id_hash = $1 RETURNING user_id, expires_at)
   SELECT u.id, u.username FROM ended e JOIN users u ON u.id = e.user_id WHERE e.expires_at > now()`,
);
