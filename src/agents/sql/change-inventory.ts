import { statement } from '../../database/statement.js';

/** Changes what is given of an inventory agent. Values: tenant, id, hostname or null, port or null, attributes. Index: primary key (tenant_id, id). */
export const CHANGE_INVENTORY = statement(
  'inventory-change',
  `UPDATE inventory_agents
      SET hostname = coalesce($3, hostname), port = coalesce($4::integer, port), attributes = attributes || $5::jsonb, last_heard_at = now()
    WHERE tenant_id = $1 AND id = $2 RETURNING id`,
);
