import { statement } from '../../database/statement.js';

/**
 * The queue of a run that has interfaces of its own, made if it is missing: the tags of the job with these interfaces. $1 tenant, $2 job,
 * $3 interfaces, sorted and without repeats. The share lock keeps the tags as they are until the run is made. No row: there is no such job.
 * Indexes: jobs_pkey, queues_once.
 */
export const queueForRun = statement(
  'queue_for_run',
  `WITH j AS MATERIALIZED (
    SELECT tenant_id, required_tags, excluded_tags, driver = 'client' AS is_external FROM jobs WHERE id = $2 AND tenant_id = $1 AND deleted_at IS NULL FOR SHARE
  ),
  found AS (
    SELECT q.id FROM j JOIN queues q USING (tenant_id, required_tags, excluded_tags, is_external) WHERE q.interfaces = $3::text[]
  ),
  made AS (
    INSERT INTO queues (tenant_id, required_tags, excluded_tags, is_external, interfaces)
    SELECT j.tenant_id, j.required_tags, j.excluded_tags, j.is_external, $3::text[] FROM j WHERE NOT EXISTS (SELECT 1 FROM found)
        ON CONFLICT (tenant_id, required_tags, excluded_tags, interfaces, is_external) DO UPDATE SET tenant_id = EXCLUDED.tenant_id
    RETURNING id
  )
  SELECT id FROM found UNION ALL SELECT id FROM made`,
);
