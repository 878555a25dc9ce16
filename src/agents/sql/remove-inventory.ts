import { statement } from '../../database/statement.js';

/** Forgets an inventory agent. Values: tenant, id. Index: primary key (tenant_id, id). */
export const REMOVE_INVENTORY = statement(
  'inventory-remove',
  `DELETE FROM inventory_agents WHERE tenant_id = $1 AND id = $2 RETURNING hostname`,
);
