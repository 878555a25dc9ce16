import { statement } from '../../database/statement.js';

/**
 * A page of inventory agents by id, last first. $1 tenant, $2 id of the last agent of the page before or null, $3 tags in lower case that
 * all must be attached or null, $4 rows. Indexes: primary key (tenant_id, id) backwards; primary key of agent_tags.
 */
export const LIST_INVENTORY = statement(
  'inventory-list',
  `SELECT i.id, i.hostname, i.port, i.attributes, i.registered_at AS "registeredAt", i.last_heard_at AS "lastHeardAt"
     FROM inventory_agents i
    WHERE i.tenant_id = $1 AND ($2::uuid IS NULL OR i.id < $2)
      AND ($3::text[] IS NULL OR $3 <@ ARRAY(
            SELECT lower(t.name) FROM agent_tags g JOIN tags t ON t.id = g.tag_id
             WHERE g.tenant_id = $1 AND g.scope = 'inventory' AND g.holder = i.id::text))
    ORDER BY i.id DESC LIMIT $4`,
);
