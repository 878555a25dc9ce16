import { statement } from '../../database/statement.js';

/**
 * Makes an inventory agent or lays what it says now over what it said before. No row: it is known with another port.
 * Values: tenant, id, hostname, port, attributes. Index: primary key (tenant_id, id).
 */
export const ANNOUNCE_INVENTORY = statement(
  'inventory-announce',
  `INSERT INTO inventory_agents AS known (tenant_id, id, hostname, port, attributes) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (tenant_id, id) DO UPDATE
      SET hostname = EXCLUDED.hostname, attributes = known.attributes || EXCLUDED.attributes, last_heard_at = now()
    WHERE known.port IS NOT DISTINCT FROM EXCLUDED.port
   RETURNING xmax = 0 AS created`,
);
