import { statement } from '../../database/statement.js';
import { EXECUTION_VIEW } from './execution-view.js';

/**
 * A page of the executions of a group's present jobs, newest first. $1 to $10 as in `list-executions.ts`; $11 name of the group, or null and
 * $12 its id. The newest of each job are found along its own index and merged, so the cost goes by the number of jobs and not by how much
 * others have run. Indexes: jobs_by_group, executions_by_job.
 */
export const listGroupExecutions = statement(
  'list_group_executions',
  `SELECT ${EXECUTION_VIEW.columns}
     FROM (SELECT x.id
             FROM jobs m CROSS JOIN LATERAL (
               SELECT o.id, o.scheduled_for FROM executions o LEFT JOIN live_runs r ON r.id = o.id
                WHERE o.tenant_id = $1 AND o.job_id = m.id
                  AND ($2::timestamptz IS NULL OR (o.scheduled_for, o.id) < ($2, $3::uuid))
                  AND ($4::uuid IS NULL OR o.job_id = $4)
                  AND ($5::uuid IS NULL OR o.trigger_id = $5)
                  AND ($6::text[] IS NULL OR coalesce(o.state, r.state) = ANY ($6))
                  AND ($7::text IS NULL OR EXISTS (SELECT 1 FROM job_tags jt JOIN tags t ON t.id = jt.tag_id
                                                    WHERE jt.job_id = m.id AND t.tenant_id = $1 AND t.name = $7))
                  AND ($8::timestamptz IS NULL OR o.scheduled_for >= $8)
                  AND ($9::timestamptz IS NULL OR o.scheduled_for < $9)
                ORDER BY o.scheduled_for DESC, o.id DESC
                LIMIT $10) x
            WHERE m.tenant_id = $1
              AND m.group_id = (SELECT g.id FROM job_groups g
                                 WHERE g.tenant_id = $1 AND CASE WHEN $11::text IS NULL THEN g.id = $12::uuid ELSE g.name = $11 END)
            ORDER BY x.scheduled_for DESC, x.id DESC
            LIMIT $10) page
     JOIN executions e ON e.id = page.id ${EXECUTION_VIEW.joins}
    ORDER BY e.scheduled_for DESC, e.id DESC`,
);
