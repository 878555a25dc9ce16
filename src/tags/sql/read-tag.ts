import { statement } from '../../database/statement.js';

/** One tag with its numbers of jobs and of agents that are there. Values: tenant, id. Indexes: primary key (id), job_tags_by_tag, agent_tags_by_tag. */
export const READ_TAG = statement(
  'tag-read',
  `SELECT t.id, t.number, t.name, t.description, t.created_at AS "createdAt",
          (SELECT count(*)::integer FROM agent_tags g JOIN tag_holders($1) h ON h.scope = g.scope AND h.holder = g.holder AND NOT h.has_ended
            WHERE g.tag_id = t.id) AS agents,
          (SELECT count(*)::integer FROM job_tags jt JOIN jobs j ON j.id = jt.job_id AND j.deleted_at IS NULL WHERE jt.tag_id = t.id) AS jobs
   FROM tags t WHERE t.tenant_id = $1 AND t.id = $2`,
);
