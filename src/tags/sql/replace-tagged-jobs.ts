import { statement } from '../../database/statement.js';

/** Makes the jobs that carry a tag exactly those given. Values: tenant, tag, job ids. Indexes: job_tags_by_tag, primary key (job_id, tag_id). */
export const REPLACE_TAGGED_JOBS = statement(
  'tagged-jobs-replace',
  `WITH gone AS (
     DELETE FROM job_tags WHERE tenant_id = $1 AND tag_id = $2 AND job_id <> ALL ($3::uuid[])
   )
   INSERT INTO job_tags (tenant_id, job_id, tag_id) SELECT $1, unnest($3::uuid[]), $2
   ON CONFLICT (job_id, tag_id) DO NOTHING`,
);
