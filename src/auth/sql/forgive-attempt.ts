import { statement } from '../../database/statement.js';

/**
 * After a right password: the place is known and starts afresh; the account and the address get back the attempt that was counted.
 * $1, $2, $3 subjects of account, address and pair. Index: primary key.
 */
export const FORGIVE_ATTEMPT = statement(
  'auth-forgive-attempt',
  `UPDATE sign_in_attempts SET
     failures = CASE WHEN kind = 'pair' THEN 0 ELSE greatest(failures - 1, 0) END,
     blocked_until = CASE WHEN kind = 'pair' THEN NULL ELSE blocked_until END,
     last_success_at = CASE WHEN kind = 'pair' THEN now() END
   WHERE (kind, subject) IN (SELECT a.kind, a.subject FROM sign_in_attempts a
                             WHERE (a.kind, a.subject) IN (('account', $1::text), ('address', $2::text), ('pair', $3::text))
                             ORDER BY a.kind, a.subject FOR UPDATE)`,
);
