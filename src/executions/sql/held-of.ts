import { statement } from '../../database/statement.js';

/** Which of the given runs an agent holds. $1 agent, $2 ids. Index: live_runs_pkey. */
export const heldOf = statement(
  'held_of',
  'SELECT id, fence, gate_id AS "gateId" FROM live_runs WHERE id = ANY ($2::uuid[]) AND agent_id = $1',
);
