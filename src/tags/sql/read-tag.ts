import { statement } from '../../database/statement.js';

/** One tag with its number of jobs. Values: tenant, id. Index: primary key (id), job_tags_by_tag. */
export const READ_TAG = statement(
  'tag-read',
  `SELECT t.id, t.number, t.name, t.description, t.created_at AS "createdAt",
          (SELECT count(*)::integer FROM job_tags jt JOIN jobs j ON j.id = jt.job_id AND j.deleted_at IS NULL WHERE jt.tag_id = t.id) AS jobs
   FROM tags t WHERE t.tenant_id = $1 AND t.id = $2`,
);
