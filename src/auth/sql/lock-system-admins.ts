import { statement } from '../../database/statement.js';

/** Locks every system administrator that can sign in, so that the last one cannot be taken away twice at once. No index: there are few. */
export const LOCK_SYSTEM_ADMINS = statement(
  'auth-lock-system-admins',
  `SELECT id FROM users WHERE is_system_admin AND disabled_at IS NULL ORDER BY id FOR UPDATE`,
);
