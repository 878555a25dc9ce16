import { statement } from '../../database/statement.js';

/**
 * Makes a run that comes to its gates only when it is due: until then it takes nobody's place. $1 tenant, $2 id, $3 job, $4 run_at, $5 parameters laid
 * over the job's, $6 created_by. Answers the job class and the classes forbidden to the tenant; no row: there is no such job. Indexes: jobs_pkey, tenants_pkey.
 */
export const planRun = statement(
  'plan_run',
  `WITH j AS MATERIALIZED (SELECT * FROM jobs WHERE id = $3 AND tenant_id = $1 AND deleted_at IS NULL FOR SHARE),
  written AS (
    INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters, interfaces, created_by)
    SELECT $2, tenant_id, id, 'manual', now(), job_class, args, parameters || coalesce($5::jsonb, '{}'), nullif(interfaces, '{}'), $6 FROM j
    RETURNING id
  ),
  live AS (
    INSERT INTO live_runs (id, tenant_id, job_id, queue_id, state, priority, run_at, is_planned)
    SELECT $2, tenant_id, id, queue_id, 'scheduled', priority, $4, true FROM j
    RETURNING run_at
  ),
  told AS (SELECT pg_notify('carillon_delayed', (extract(epoch FROM run_at) * 1000)::bigint::text) FROM live)
  SELECT j.job_class AS "jobClass", t.forbidden_job_classes AS "forbiddenJobClasses", (SELECT count(*) FROM told) AS told, (SELECT count(*) FROM written) AS written
    FROM j JOIN tenants t ON t.id = j.tenant_id`,
);
