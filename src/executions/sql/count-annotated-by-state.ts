import { statement } from '../../database/statement.js';
import { ALL_OF_TENANT } from './all-of-tenant.js';

/**
 * How many executions of jobs are in each state; of force-cancelled ones by what their annotation says under `state`, or null. $1 tenant, $2 key of the annotations, $3 ids of the
 * jobs. Those that ended well are all but the others: no index has the states of the history. Indexes: execution_counts_pkey, executions_by_number, unsuccessful_by_time, executions_pkey.
 */
export const countAnnotatedByState = statement(
  'count_annotated_by_state',
  `WITH other AS MATERIALIZED (
     SELECT u.state, NULL AS noted, count(*)::int AS n FROM unsuccessful_executions u WHERE u.tenant_id = $1 AND u.job_id = ANY ($3::uuid[]) GROUP BY 1
     UNION ALL
     SELECT l.state, CASE WHEN l.state = 'force_cancelling' THEN e.annotations -> $2 ->> 'state' END, count(*)::int
       FROM live_runs l JOIN executions e ON e.id = l.id WHERE l.tenant_id = $1 AND l.job_id = ANY ($3) GROUP BY 1, 2
   )
   SELECT state, noted, n AS count FROM other
   UNION ALL
   SELECT 'succeeded', NULL, ${ALL_OF_TENANT('', 'e.job_id = ANY ($3)')}::int - coalesce(sum(n), 0)::int FROM other`,
);
