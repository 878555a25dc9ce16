import { statement } from '../../database/statement.js';

/**
 * Counts an attempt before the password is looked at, so that many at once cannot slip through together. $1, $2 kinds and subjects;
 * $3 free attempts of each; $4 longest pause of each, in seconds. Beyond the free ones every attempt doubles the pause that
 * follows it. Counts nothing when one of the subjects is paused: `counted` is then less than their number. An hour without
 * attempts forgets all. Index: primary key; locks are taken in its order.
 */
export const COUNT_ATTEMPT = statement(
  'auth-count-attempt',
  `WITH wanted AS (SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::integer[]) w(kind, subject, free, most)),
   held AS MATERIALIZED (SELECT a.blocked_until FROM sign_in_attempts a JOIN wanted w USING (kind, subject)
                         ORDER BY a.kind, a.subject FOR UPDATE OF a),
   counted AS (
     INSERT INTO sign_in_attempts AS a (kind, subject, failures, last_attempt_at)
     SELECT w.kind, w.subject, 1, clock_timestamp() FROM wanted w
     WHERE NOT EXISTS (SELECT FROM held h WHERE h.blocked_until > clock_timestamp())
     ORDER BY w.kind, w.subject
     ON CONFLICT (kind, subject) DO UPDATE SET
       failures = CASE WHEN a.last_attempt_at < clock_timestamp() - interval '1 hour' THEN 1 ELSE a.failures + 1 END,
       last_attempt_at = clock_timestamp(),
       blocked_until = (SELECT CASE WHEN a.failures + 1 > w.free AND a.last_attempt_at >= clock_timestamp() - interval '1 hour'
                               THEN clock_timestamp() + least(2 ^ least(a.failures + 1 - w.free, 20), w.most) * interval '1 second' END
                        FROM wanted w WHERE w.kind = excluded.kind)
     WHERE a.blocked_until IS NULL OR a.blocked_until <= clock_timestamp()
     RETURNING 1)
   SELECT (SELECT count(*)::integer FROM counted) AS counted,
          (SELECT ceil(extract(epoch FROM max(blocked_until) - clock_timestamp()))::integer FROM held) AS "waitSeconds"`,
);
