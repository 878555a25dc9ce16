import { statement } from '../../database/statement.js';
import { CALLER_COLUMNS } from '../caller-columns.js';

/** The enabled user of a session that has not ended. $1 digest. Index: primary key of sessions, of users, memberships_by_user. */
export const READ_SESSION = statement(
  'auth-read-session',
  `SELECT ${CALLER_COLUMNS} FROM sessions s JOIN users u ON u.id = s.user_id
   WHERE s.id_hash = $1 AND s.expires_at > now() AND u.disabled_at IS NULL`,
);
