import { statement } from '../../database/statement.js';

/** How many executions jobs have, with a field of their annotation. $1 tenant, $2 key of the annotations, $3 ids of the jobs, $4 the field. Indexes: executions_by_job, jobs_pkey. */
export const countAnnotatedByJob = statement(
  'count_annotated_by_job',
  `SELECT c.job_id AS "jobId", j.annotations -> $2 ->> $4 AS label, c.n AS count
     FROM (SELECT e.job_id, count(*)::int AS n FROM executions e WHERE e.tenant_id = $1 AND e.job_id = ANY ($3::uuid[]) GROUP BY 1) c
     JOIN jobs j ON j.id = c.job_id`,
);
