import { statement } from '../../database/statement.js';

/**
 * How many executions jobs have, with a field of their annotation. $1 tenant, $2 key of the annotations, $3 ids of the jobs, $4 the field. As in `ALL_OF_TENANT`.
 * Indexes: execution_counts_pkey, executions_by_number (tenant_id, number) INCLUDE (job_id), jobs_pkey.
 */
export const countAnnotatedByJob = statement(
  'count_annotated_by_job',
  `SELECT c.job_id AS "jobId", j.annotations -> $2 ->> $4 AS label, sum(c.n)::int AS count
     FROM (SELECT k.job_id, k.total AS n FROM execution_counts k WHERE k.tenant_id = $1 AND k.job_id = ANY ($3::uuid[])
           UNION ALL
           SELECT e.job_id, count(*) FROM executions e WHERE e.tenant_id = $1 AND e.number > counted_through() AND e.job_id = ANY ($3) GROUP BY 1) c
     JOIN jobs j ON j.id = c.job_id
    GROUP BY c.job_id, j.id
   HAVING sum(c.n) > 0`,
);
