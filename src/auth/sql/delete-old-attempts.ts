import { statement } from '../../database/statement.js';

/** Forgets attempts of a day ago, except known places, which last 30 days. Index: sign_in_attempts_old. */
export const DELETE_OLD_ATTEMPTS = statement(
  'auth-delete-old-attempts',
  `DELETE FROM sign_in_attempts WHERE (kind, subject) IN (
     SELECT kind, subject FROM sign_in_attempts
     WHERE last_attempt_at < now() - interval '1 day' AND coalesce(last_success_at < now() - interval '30 days', true)
     LIMIT 10000 FOR UPDATE SKIP LOCKED)`,
);
