import { statement } from '../../database/statement.js';

/** Runs of an agent that were asked to stop. $1 agent. Index: live_by_agent. */
export const stopsOf = statement(
  'stops_of',
  `SELECT id, state FROM live_runs WHERE agent_id = $1 AND state IN ('cancelling', 'force_cancelling')`,
);
