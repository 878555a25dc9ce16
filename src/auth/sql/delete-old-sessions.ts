import { statement } from '../../database/statement.js';

/** Forgets sessions that have ended. Index: sessions_old. */
export const DELETE_OLD_SESSIONS = statement(
  'auth-delete-old-sessions',
  `DELETE FROM sessions WHERE id_hash IN (SELECT id_hash FROM sessions WHERE expires_at <= now() LIMIT 10000 FOR UPDATE SKIP LOCKED)`,
);
