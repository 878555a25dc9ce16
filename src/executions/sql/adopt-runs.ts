import { statement } from '../../database/statement.js';

/** Runs that were made before the job had a gate come under it. $1 job, $2 gate, which is locked. Indexes: live_by_job, gates_pkey. */
export const adoptRuns = statement(
  'adopt_runs',
  `WITH w AS (SELECT id FROM live_runs WHERE job_id = $1 AND gate_id IS NULL ORDER BY id FOR UPDATE),
  adopted AS (
    UPDATE live_runs l SET gate_id = $2 WHERE l.id IN (SELECT id FROM w) RETURNING id
  )
  UPDATE gates SET active = active + (SELECT count(*) FROM adopted) WHERE id = $2`,
);
