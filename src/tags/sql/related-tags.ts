import { statement } from '../../database/statement.js';

/**
 * Tags by number with the agents and jobs that carry them: agents that have ended and deleted jobs are left out.
 * Values: tenant, name or null, number or null; both null: all tags of the tenant.
 * Indexes: unique (tenant_id, name), unique (number), agent_tags_by_tag, job_tags_by_tag, agents_alive.
 */
export const RELATED_TAGS = statement(
  'tags-related',
  `WITH page AS MATERIALIZED (
     SELECT id, number, name FROM tags
      WHERE tenant_id = $1 AND ($2::text IS NULL OR name = $2) AND ($3::bigint IS NULL OR number = $3)
   ), agents AS (
     SELECT g.tag_id, json_agg(json_build_object('id', h.id, 'hostname', h.hostname) ORDER BY h.id) AS list
       FROM agent_tags g JOIN tag_holders($1) h ON h.scope = g.scope AND h.holder = g.holder AND NOT h.has_ended
      WHERE g.tenant_id = $1 AND g.tag_id IN (SELECT id FROM page) GROUP BY g.tag_id
   ), jobs AS (
     SELECT jt.tag_id, json_agg(json_build_object('id', j.id, 'number', j.number) ORDER BY j.number) AS list
       FROM job_tags jt JOIN jobs j ON j.id = jt.job_id AND j.deleted_at IS NULL
      WHERE jt.tenant_id = $1 AND jt.tag_id IN (SELECT id FROM page) GROUP BY jt.tag_id
   )
   SELECT p.id, p.number, p.name, coalesce(a.list, '[]') AS agents, coalesce(j.list, '[]') AS jobs
     FROM page p LEFT JOIN agents a ON a.tag_id = p.id LEFT JOIN jobs j ON j.tag_id = p.id
    ORDER BY p.number`,
);
