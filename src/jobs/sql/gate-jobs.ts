import { statement } from '../../database/statement.js';

/**
 * Gives jobs that have no gate one without a limit, and names to all of them the gate of their group. $1 tenant, $2 jobs, locked, $3 gate of the
 * group. The runs follow by `executions/sql/enter-group.ts`. Indexes: jobs_pkey, gates_pkey.
 */
export const gateJobs = statement(
  'gate_jobs',
  `WITH made AS (
    INSERT INTO gates (id, tenant_id, max_active, max_queued)
    SELECT j.id, $1, NULL, 0 FROM jobs j WHERE j.id = ANY ($2::uuid[]) AND j.tenant_id = $1 AND j.gate_id IS NULL ORDER BY j.id
        ON CONFLICT (id) DO NOTHING
    RETURNING id
  )
  UPDATE jobs SET gate_id = id, group_gate_id = $3
   WHERE id = ANY ($2::uuid[]) AND tenant_id = $1 AND (SELECT count(*) FROM made) >= 0
  RETURNING id`,
);
