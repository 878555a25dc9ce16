import { statement } from '../../database/statement.js';

/** Queues by id. $1 ids. Index: queues_pkey. */
export const queuesById = statement(
  'queues_by_id',
  `SELECT id, tenant_id AS "tenantId", required_tags AS "requiredTags", excluded_tags AS "excludedTags" FROM queues WHERE id = ANY ($1::int[])`,
);
