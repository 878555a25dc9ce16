import { statement } from '../../database/statement.js';

/**
 * A page of job ids, newest first. $1 tenant, $2 ids before this one or null, $3 part of the name or null, $4 tags that all must be carried
 * or null, $5 class or null, $6 paused or null, $7 rows, $8 group or null. Planned anew for its values, so that absent filters vanish.
 * Index: jobs_listed (tenant_id, id DESC) WHERE deleted_at IS NULL; tags (tenant_id, name) and job_tags_pkey for a tag;
 * jobs_by_group for a group.
 */
export const listJobs = statement(
  'list_jobs',
  `SELECT j.id FROM jobs j
    WHERE j.tenant_id = $1 AND j.deleted_at IS NULL
      AND ($2::uuid IS NULL OR j.id < $2)
      AND ($3::text IS NULL OR strpos(lower(j.name), lower($3)) > 0)
      AND ($4::text[] IS NULL OR $4 <@ ARRAY(SELECT t.name FROM job_tags jt JOIN tags t ON t.id = jt.tag_id
                                              WHERE jt.job_id = j.id AND t.tenant_id = $1))
      AND ($5::text IS NULL OR j.job_class = $5)
      AND ($6::boolean IS NULL OR j.paused = $6)
      AND ($8::uuid IS NULL OR j.group_id = $8)
    ORDER BY j.id DESC LIMIT $7`,
);
