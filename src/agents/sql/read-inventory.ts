import { statement } from '../../database/statement.js';

/** One inventory agent. Values: tenant, id. Index: primary key (tenant_id, id). */
export const READ_INVENTORY = statement(
  'inventory-read',
  `SELECT id, hostname, port, attributes, registered_at AS "registeredAt", last_heard_at AS "lastHeardAt"
     FROM inventory_agents WHERE tenant_id = $1 AND id = $2`,
);
