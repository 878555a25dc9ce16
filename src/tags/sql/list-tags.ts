import { statement } from '../../database/statement.js';

/**
 * A page of tags by name, each with the number of jobs that carry it and are not deleted, and of agents that carry it and are there.
 * $2: after this name; null: from the start. $3: part of the name, any case; null: all. $4: rows.
 * Indexes: unique (tenant_id, name), job_tags_by_tag per row, agent_tags_by_tag.
 */
export const LIST_TAGS = statement(
  'tags-list',
  `WITH page AS MATERIALIZED (
     SELECT * FROM tags t
      WHERE t.tenant_id = $1 AND ($2::text IS NULL OR t.name > $2) AND ($3::text IS NULL OR strpos(lower(t.name), lower($3)) > 0)
      ORDER BY t.name LIMIT $4
   ), held AS (
     SELECT g.tag_id, count(*)::integer AS agents
       FROM agent_tags g JOIN tag_holders($1) h ON h.scope = g.scope AND h.holder = g.holder AND NOT h.has_ended
      WHERE g.tag_id IN (SELECT id FROM page) GROUP BY g.tag_id
   )
   SELECT t.id, t.number, t.name, t.description, t.created_at AS "createdAt", coalesce(held.agents, 0) AS agents,
          (SELECT count(*)::integer FROM job_tags jt JOIN jobs j ON j.id = jt.job_id AND j.deleted_at IS NULL WHERE jt.tag_id = t.id) AS jobs
     FROM page t LEFT JOIN held ON held.tag_id = t.id
    ORDER BY t.name`,
);
