import { statement } from '../../database/statement.js';

/** Makes the tags of a job exactly those given. Values: tenant, job, tag ids. Index: primary key (job_id, tag_id). */
export const REPLACE_JOB_TAGS = statement(
  'job-tags-replace',
  `WITH gone AS (
     DELETE FROM job_tags WHERE tenant_id = $1 AND job_id = $2 AND tag_id <> ALL ($3::uuid[])
   )
   INSERT INTO job_tags (tenant_id, job_id, tag_id) SELECT $1, $2, unnest($3::uuid[])
   ON CONFLICT (job_id, tag_id) DO NOTHING`,
);
