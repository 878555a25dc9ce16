import { statement } from '../../database/statement.js';

/** Queues by id, without those whose runs clients drive. $1 ids. Indexes: queues_pkey, tenants_pkey. */
export const queuesById = statement(
  'queues_by_id',
  `SELECT q.id, q.tenant_id AS "tenantId", q.required_tags AS "requiredTags", q.excluded_tags AS "excludedTags",
          t.dedicated_agents_only AS "isDedicated"
     FROM queues q JOIN tenants t ON t.id = q.tenant_id WHERE q.id = ANY ($1::int[]) AND NOT q.is_external`,
);
