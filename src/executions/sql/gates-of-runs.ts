import { statement } from '../../database/statement.js';

/** The gates of those of the runs that are live. $1 tenant, $2 ids. Index: live_runs_pkey. */
export const gatesOfRuns = statement(
  'gates_of_runs',
  `SELECT DISTINCT l.gate_id AS id FROM live_runs l WHERE l.id = ANY ($2::uuid[]) AND l.tenant_id = $1 AND l.gate_id IS NOT NULL`,
);
