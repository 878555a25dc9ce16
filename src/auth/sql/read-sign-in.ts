import { statement } from '../../database/statement.js';
import { CALLER_COLUMNS } from '../caller-columns.js';

/**
 * Whom a name belongs to, and whether a password may be tried for it now. $1 name; $2, $3, $4 subjects of account, address and
 * pair. Always one row; without such an enabled user its columns are null. From an address at which this user signed in within 30
 * days, what others do to the account does not block. Index: users_by_name, memberships_by_user, primary key of sign_in_attempts.
 */
export const READ_SIGN_IN = statement(
  'auth-read-sign-in',
  `SELECT ${CALLER_COLUMNS}, u.password_hash AS "passwordHash", b."isKnownPlace",
          ceil(extract(epoch FROM greatest(b.direct, CASE WHEN b."isKnownPlace" THEN NULL ELSE b.account END) - clock_timestamp()))::integer AS "waitSeconds"
   FROM (SELECT coalesce(bool_or(a.kind = 'pair' AND a.last_success_at > now() - interval '30 days'), false) AS "isKnownPlace",
                max(a.blocked_until) FILTER (WHERE a.kind <> 'account' AND a.blocked_until > clock_timestamp()) AS direct,
                max(a.blocked_until) FILTER (WHERE a.kind = 'account' AND a.blocked_until > clock_timestamp()) AS account
         FROM sign_in_attempts a
         WHERE (a.kind, a.subject) IN (('account', $2::text), ('address', $3::text), ('pair', $4::text))) b
   LEFT JOIN users u ON lower(u.username) = lower($1) AND u.disabled_at IS NULL`,
);
