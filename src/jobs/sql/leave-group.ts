import { statement } from '../../database/statement.js';

/** Takes deleted jobs out of a group that is about to go. $1 tenant, $2 jobs, locked, with their gates. Indexes: jobs_pkey, gates_pkey. */
export const leaveGroup = statement(
  'leave_group',
  `WITH unlinked AS (
    UPDATE gates SET next_gate_id = NULL WHERE id = ANY ($2::uuid[]) AND tenant_id = $1 RETURNING id
  )
  UPDATE jobs SET group_id = NULL, group_gate_id = NULL
   WHERE id = ANY ($2::uuid[]) AND tenant_id = $1 AND (SELECT count(*) FROM unlinked) >= 0
  RETURNING id`,
);
