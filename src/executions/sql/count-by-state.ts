import { statement } from '../../database/statement.js';
import { ALL_OF_TENANT } from './all-of-tenant.js';

/**
 * How many executions are in each state, but for those put away; states that none is in may be absent. $1 tenant. Those that ended well are all but the others, as in `countInStates`.
 * Indexes: execution_counts_pkey, executions_by_number, unsuccessful_by_state, run_sheets_dismissed, executions_pkey.
 */
export const countByState = statement(
  'count_by_state',
  `WITH other AS MATERIALIZED (
     SELECT u.state, count(*) AS n FROM unsuccessful_executions u WHERE u.tenant_id = $1 GROUP BY 1
     UNION ALL SELECT l.state, count(*) FROM live_runs l WHERE l.tenant_id = $1 GROUP BY 1
   ),
   present AS (
     SELECT state, n FROM other
     UNION ALL SELECT 'succeeded', ${ALL_OF_TENANT()} - (SELECT coalesce(sum(n), 0) FROM other)
     UNION ALL SELECT coalesce(e.state, l.state), -count(*)
                 FROM run_sheets d JOIN executions e ON e.id = d.execution_id LEFT JOIN live_runs l ON l.id = e.id
                WHERE d.tenant_id = $1 AND d.dismissed_at IS NOT NULL GROUP BY 1
   )
   SELECT state AS value, sum(n)::integer AS count FROM present GROUP BY state`,
);
