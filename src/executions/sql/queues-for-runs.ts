import { statement } from '../../database/statement.js';

/**
 * The queues of runs that have interfaces of their own, made if they are missing: the tags of each job with these interfaces. $1 tenant; per run, in
 * the order of the jobs' ids: $2 job, $3 interfaces as a JSON array, sorted and without repeats. The share lock keeps the tags as they are until the
 * runs are made. Answers the place of each run (from 1) and its queue; nothing for a job that is not there. Indexes: jobs_pkey, queues_once.
 */
export const queuesForRuns = statement(
  'queues_for_runs',
  `WITH wanted AS MATERIALIZED (
    SELECT u.place, u.job_id, ARRAY(SELECT jsonb_array_elements_text(u.interfaces)) AS interfaces
      FROM unnest($2::uuid[], $3::jsonb[]) WITH ORDINALITY AS u(job_id, interfaces, place)
  ),
  held AS MATERIALIZED (
    SELECT id, tenant_id, required_tags, excluded_tags, driver = 'client' AS is_external FROM jobs
     WHERE id = ANY ($2::uuid[]) AND tenant_id = $1 AND deleted_at IS NULL ORDER BY id FOR SHARE
  ),
  needed AS MATERIALIZED (
    SELECT w.place, h.tenant_id, h.required_tags, h.excluded_tags, h.is_external, w.interfaces FROM wanted w JOIN held h ON h.id = w.job_id
  ),
  made AS (
    INSERT INTO queues (tenant_id, required_tags, excluded_tags, is_external, interfaces)
    SELECT DISTINCT n.tenant_id, n.required_tags, n.excluded_tags, n.is_external, n.interfaces FROM needed n
     WHERE NOT EXISTS (SELECT 1 FROM queues q WHERE q.tenant_id = n.tenant_id AND q.required_tags = n.required_tags
                                                AND q.excluded_tags = n.excluded_tags AND q.interfaces = n.interfaces AND q.is_external = n.is_external)
        ON CONFLICT (tenant_id, required_tags, excluded_tags, interfaces, is_external) DO UPDATE SET tenant_id = EXCLUDED.tenant_id
    RETURNING id, tenant_id, required_tags, excluded_tags, is_external, interfaces
  ),
  known AS (
    SELECT q.id, q.tenant_id, q.required_tags, q.excluded_tags, q.is_external, q.interfaces FROM queues q WHERE q.tenant_id = $1
     UNION SELECT * FROM made
  )
  SELECT n.place::int AS place, k.id
    FROM needed n JOIN known k USING (tenant_id, required_tags, excluded_tags, is_external, interfaces)`,
);
