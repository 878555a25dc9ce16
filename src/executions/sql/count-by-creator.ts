import { statement } from '../../database/statement.js';

/**
 * How many executions each creator has, but for those put away. $1 tenant. Reads the history once: nothing else knows who made a run. Indexes: run_sheets_dismissed,
 * executions_pkey.
 */
export const countByCreator = statement(
  'count_by_creator',
  `WITH present AS (
     SELECT e.created_by, count(*) AS n FROM executions e WHERE e.tenant_id = $1 GROUP BY 1
     UNION ALL SELECT e.created_by, -count(*) FROM run_sheets d JOIN executions e ON e.id = d.execution_id
                WHERE d.tenant_id = $1 AND d.dismissed_at IS NOT NULL GROUP BY 1
   )
   SELECT coalesce(created_by, '') AS value, sum(n)::integer AS count FROM present GROUP BY 1`,
);
