import { statement } from '../../database/statement.js';

/** Attaches a tag to a job; no row: it carries it already. Values: tenant, job, tag. Index: primary key (job_id, tag_id). */
export const ATTACH_TO_JOB = statement(
  'job-tag-attach',
  `INSERT INTO job_tags (tenant_id, job_id, tag_id) VALUES ($1, $2, $3)
   ON CONFLICT (job_id, tag_id) DO NOTHING RETURNING tag_id`,
);
