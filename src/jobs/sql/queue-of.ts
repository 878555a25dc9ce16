import { statement } from '../../database/statement.js';

/**
 * The queue of a tenant and what its runs require, made if it is missing. The DO UPDATE changes nothing but lets RETURNING see a row that is
 * there. $1 tenant, $2 required tags, $3 excluded tags, $4 interfaces; all normalised; $5 whether clients drive its runs. Index: queues_once.
 */
export const queueOf = statement(
  'queue_of',
  `WITH found AS (SELECT id FROM queues WHERE tenant_id = $1 AND required_tags = $2 AND excluded_tags = $3 AND interfaces = $4 AND is_external = $5),
  made AS (
    INSERT INTO queues (tenant_id, required_tags, excluded_tags, interfaces, is_external) SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM found)
        ON CONFLICT (tenant_id, required_tags, excluded_tags, interfaces, is_external) DO UPDATE SET tenant_id = EXCLUDED.tenant_id
    RETURNING id
  )
  SELECT id FROM found UNION ALL SELECT id FROM made`,
);
