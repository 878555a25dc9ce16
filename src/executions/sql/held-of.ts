import { statement } from '../../database/statement.js';
import { OF_AGENT } from './of-agent.js';

/** Which of the given runs an agent holds. $1 agent, $2 ids. Index: live_runs_pkey. */
export const heldOf = statement(
  'held_of',
  `SELECT l.id, l.fence, l.gate_id AS "gateId" FROM live_runs l WHERE l.id = ANY ($2::uuid[]) AND ${OF_AGENT}`,
);
