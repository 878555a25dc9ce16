import { statement } from '../../database/statement.js';

/** Takes a tag off a job; no row: it did not carry it. Values: tenant, job, tag. Index: primary key (job_id, tag_id). */
export const DETACH_FROM_JOB = statement(
  'job-tag-detach',
  `DELETE FROM job_tags WHERE tenant_id = $1 AND job_id = $2 AND tag_id = $3 RETURNING tag_id`,
);
