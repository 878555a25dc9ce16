import { statement } from '../../database/statement.js';

/** Starts a session. Values: digest, user, address, life in ms. No index: an insert. */
export const START_SESSION = statement(
  'auth-start-session',
  `INSERT INTO sessions (id_hash, user_id, address, expires_at) VALUES ($1, $2, $3, now() + $4::bigint * interval '1 millisecond')`,
);
