import { statement } from '../../database/statement.js';
import { ALL_OF_TENANT } from './all-of-tenant.js';

/**
 * How many executions are in one of some states, but for those put away. $1 tenant, $2 states. The history has no index by state, because every end would have to write to it:
 * those that ended well are all but the others. Indexes: execution_counts_pkey, executions_by_number, unsuccessful_by_state, live_runs by a scan, run_sheets_dismissed, executions_pkey.
 */
export const countInStates = statement(
  'count_in_states',
  `SELECT (CASE WHEN 'succeeded' = ANY ($2::text[])
            THEN ${ALL_OF_TENANT()}
               - (SELECT count(*) FROM unsuccessful_executions u WHERE u.tenant_id = $1 AND u.state <> ALL ($2))
               - (SELECT count(*) FROM live_runs l WHERE l.tenant_id = $1 AND l.state <> ALL ($2))
            ELSE (SELECT count(*) FROM unsuccessful_executions u WHERE u.tenant_id = $1 AND u.state = ANY ($2))
               + (SELECT count(*) FROM live_runs l WHERE l.tenant_id = $1 AND l.state = ANY ($2)) END
          - (SELECT count(*) FROM run_sheets d JOIN executions e ON e.id = d.execution_id LEFT JOIN live_runs l ON l.id = e.id
              WHERE d.tenant_id = $1 AND d.dismissed_at IS NOT NULL AND coalesce(e.state, l.state) = ANY ($2)))::integer AS total`,
);
