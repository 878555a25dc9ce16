import { statement } from '../../database/statement.js';

/** Tag names per job, sorted. Values: tenant, job ids. Index: primary key (job_id, tag_id). */
export const TAGS_OF_JOBS = statement(
  'tags-of-jobs',
  `SELECT j.job_id AS "jobId", array_agg(t.name ORDER BY t.name COLLATE "C") AS names
   FROM job_tags j JOIN tags t ON t.id = j.tag_id
   WHERE j.tenant_id = $1 AND j.job_id = ANY ($2::uuid[])
   GROUP BY j.job_id`,
);
