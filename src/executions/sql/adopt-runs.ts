import { statement } from '../../database/statement.js';

/**
 * Runs that were made before their jobs had gates come under them; planned ones come to them when they are due. $1 jobs; their gates have their ids and are locked.
 * Indexes: live_by_job, live_runs_pkey, gates_pkey.
 */
export const adoptRuns = statement(
  'adopt_runs',
  `WITH w AS MATERIALIZED (SELECT id FROM live_runs WHERE job_id = ANY ($1::uuid[]) AND gate_id IS NULL AND is_planned IS NOT TRUE ORDER BY id FOR UPDATE),
  adopted AS (
    UPDATE live_runs l SET gate_id = l.job_id, arrival = nextval('live_arrivals') WHERE l.id = ANY (ARRAY(SELECT id FROM w)) RETURNING l.job_id
  )
  UPDATE gates g SET active = g.active + c.n
    FROM (SELECT job_id, count(*)::int AS n FROM adopted GROUP BY job_id) c
   WHERE g.id = c.job_id`,
);
