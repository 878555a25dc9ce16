import { statement } from '../../database/statement.js';

/** Gates of force-cancelled runs of workers that are overdue. $1 patience in milliseconds. Index: live_force. */
export const overdueForcedGates = statement(
  'overdue_forced_gates',
  `SELECT count(*)::int AS runs, coalesce(array_agg(DISTINCT gate_id) FILTER (WHERE gate_id IS NOT NULL), '{}') AS gates
     FROM live_runs WHERE state = 'force_cancelling' AND agent_id IS NOT NULL AND stop_requested_at <= now() - $1 * interval '1 millisecond'`,
);
