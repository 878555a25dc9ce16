import { statement } from '../../database/statement.js';

/** Ends a session and tells whose it was, if it still lasted. One of a disabled user is worth nothing, and is left alone. $1 digest. Index: primary key of sessions and users. */
export const END_SESSION = statement(
  'auth-end-session',
  `WITH ended AS (DELETE FROM sessions s USING users u WHERE s.id_hash = $1 AND u.id = s.user_id AND u.disabled_at IS NULL
                  RETURNING u.id, u.username, s.expires_at)
   SELECT e.id, e.username FROM ended e WHERE e.expires_at > now()`,
);
