import { statement } from '../../database/statement.js';

/** All runs that an agent holds. $1 agent. Index: live_by_agent. */
export const heldBy = statement('held_by', 'SELECT id, fence, gate_id AS "gateId" FROM live_runs WHERE agent_id = $1');
