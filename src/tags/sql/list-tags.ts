import { statement } from '../../database/statement.js';

/**
 * A page of tags by name, each with the number of jobs that carry it and are not deleted. $2: after this name; null: from the
 * start. $3: part of the name, any case; null: all. $4: rows. Index: unique (tenant_id, name), job_tags_by_tag per row.
 */
export const LIST_TAGS = statement(
  'tags-list',
  `SELECT t.id, t.number, t.name, t.description, t.created_at AS "createdAt",
          (SELECT count(*)::integer FROM job_tags jt JOIN jobs j ON j.id = jt.job_id AND j.deleted_at IS NULL WHERE jt.tag_id = t.id) AS jobs
   FROM tags t
   WHERE t.tenant_id = $1 AND ($2::text IS NULL OR t.name > $2) AND ($3::text IS NULL OR strpos(lower(t.name), lower($3)) > 0)
   ORDER BY t.name LIMIT $4`,
);
