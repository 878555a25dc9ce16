import { statement } from '../../database/statement.js';

/** Ends all sessions of a user but one. $1 user; $2 digest of the one that stays, null: none. Index: sessions_by_user. */
export const END_SESSIONS_OF = statement(
  'auth-end-sessions-of',
  `DELETE FROM sessions WHERE user_id = $1 AND ($2::text IS NULL OR id_hash <> $2)`,
);
