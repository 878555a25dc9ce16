import { statement } from '../../database/statement.js';

/** How many jobs carry a tag, counted up to $3. $1 tenant, $2 name. Indexes: tags_tenant_id_name_key, job_tags_by_tag. */
export const tagBreadth = statement(
  'tag_breadth',
  `SELECT count(*)::int AS jobs
     FROM (SELECT 1 FROM tags t JOIN job_tags jt ON jt.tag_id = t.id WHERE t.tenant_id = $1 AND t.name = $2 LIMIT $3) AS few`,
);
