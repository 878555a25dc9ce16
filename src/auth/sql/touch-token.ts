import { statement } from '../../database/statement.js';

/** Notes that a token is used, at most once a minute whoever asks. $1 id. Index: primary key. */
export const TOUCH_TOKEN = statement(
  'auth-touch-token',
  `UPDATE api_tokens SET last_used_at = now() WHERE id = $1 AND coalesce(last_used_at < now() - interval '1 minute', true)`,
);
