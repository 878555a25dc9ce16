import { statement } from '../../database/statement.js';

/** Ends what is left of the agents that signed on with a credential: it comes anew. $1 credential. Index: agents_by_credential. */
export const END_EARLIER_LIVES = statement(
  'agents-end-earlier-lives',
  `UPDATE agents SET state = 'lost', ended_at = clock_timestamp() WHERE credential_id = $1 AND ended_at IS NULL`,
);
