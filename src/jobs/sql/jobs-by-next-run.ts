import { statement } from '../../database/statement.js';

/**
 * Ids of jobs by the soonest instant of their triggers, those without one last. $1 tenant, $2 rows at most. All jobs of the tenant are read to
 * be sorted. Indexes: jobs_listed (tenant_id, id DESC) WHERE deleted_at IS NULL, triggers_by_job (job_id, id) WHERE deleted_at IS NULL.
 */
export const jobsByNextRun = statement(
  'jobs_by_next_run',
  `SELECT j.id
     FROM jobs j
     LEFT JOIN LATERAL (SELECT min(t.next_fire_at) AS at FROM triggers t WHERE t.job_id = j.id AND t.deleted_at IS NULL) next ON true
    WHERE j.tenant_id = $1 AND j.deleted_at IS NULL
    ORDER BY next.at NULLS LAST, j.id
    LIMIT $2`,
);
