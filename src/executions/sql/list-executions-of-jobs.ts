import { statement } from '../../database/statement.js';
import { EXECUTION_VIEW } from './execution-view.js';
import { NAMED_GROUP } from './named-group.js';

/**
 * The same page, of few jobs among many others: the newest of each are found along its own index and merged, so the cost goes by the number of
 * jobs and not by how much others have run. Not for unfinished states alone: `live` and `held` are short already. Indexes: executions_by_job, and
 * those of `jobs`.
 */
function listOfJobs(name: string, jobs: string) {
  return statement(
    name,
    `SELECT ${EXECUTION_VIEW.columns}
       FROM (SELECT x.id
               FROM jobs m CROSS JOIN LATERAL (
                 SELECT o.id, o.scheduled_for FROM executions o LEFT JOIN live_runs r ON r.id = o.id
                  WHERE o.tenant_id = $1 AND o.job_id = m.id
                    AND ($2::timestamptz IS NULL OR (o.scheduled_for, o.id) < ($2, $3::uuid))
                    AND ($4::uuid IS NULL OR o.job_id = $4)
                    AND ($5::uuid IS NULL OR o.trigger_id = $5)
                    AND ($6::text[] IS NULL OR coalesce(o.state, r.state) = ANY ($6))
                    AND ($8::timestamptz IS NULL OR o.scheduled_for >= $8)
                    AND ($9::timestamptz IS NULL OR o.scheduled_for < $9)
                  ORDER BY o.scheduled_for DESC, o.id DESC
                  LIMIT $10) x
              WHERE m.tenant_id = $1
                AND ($7::text IS NULL OR m.id IN (SELECT jt.job_id FROM job_tags jt JOIN tags t ON t.id = jt.tag_id WHERE t.tenant_id = $1 AND t.name = $7))
                AND ${jobs}
              ORDER BY x.scheduled_for DESC, x.id DESC
              LIMIT $10) page
       JOIN executions e ON e.id = page.id ${EXECUTION_VIEW.joins}
      ORDER BY e.scheduled_for DESC, e.id DESC`,
  );
}

/** Of the present jobs of a group (index jobs_by_group), or of those of a tag that few jobs carry (job_tags_by_tag). */
export const listExecutionsOfJobs = {
  group: listOfJobs('list_group_executions', `m.group_id = ${NAMED_GROUP}`),
  tag: listOfJobs('list_tag_executions', '$11::text IS NULL AND $12::uuid IS NULL'),
};
