import { statement } from '../../database/statement.js';
import { ALL_OF_TENANT } from './all-of-tenant.js';

/** How many executions the tenant $1 has, but for those put away, and the number of the last one then; null: none. Indexes: execution_counts_pkey, executions_by_number, run_sheets_dismissed. */
export const allListed = statement(
  'all_listed',
  `SELECT (${ALL_OF_TENANT()} - (SELECT count(*) FROM run_sheets d WHERE d.tenant_id = $1 AND d.dismissed_at IS NOT NULL))::integer AS total,
          (SELECT max(e.number)::text FROM executions e WHERE e.tenant_id = $1) AS last`,
);
