import { statement } from '../../database/statement.js';
import { EXECUTION_VIEW } from './execution-view.js';
import { NAMED_GROUP } from './named-group.js';

const ANY = {
  from: 'executions o LEFT JOIN live_runs r ON r.id = o.id',
  where: '($5::uuid IS NULL OR o.trigger_id = $5) AND ($6::text[] IS NULL OR coalesce(o.state, r.state) = ANY ($6))',
};
/** States of a bad end only, and no trigger, which stands in the history alone. */
const UNSUCCESSFUL = {
  from: 'unsuccessful_executions o',
  where: '$5::uuid IS NULL AND o.state = ANY ($6::text[])',
};

/**
 * The same page, of few jobs among many others: the newest of each are found along its own index and merged, so the cost goes by the number of
 * jobs and not by how much others have run. Not for unfinished states alone: `live` and `held` are short already. Indexes: executions_by_job or unsuccessful_by_job, and
 * those of `jobs`.
 */
function listOfJobs(name: string, { from, where }: typeof ANY, jobs: string) {
  return statement(
    name,
    `SELECT ${EXECUTION_VIEW.columns}
       FROM (SELECT x.id
               FROM jobs m CROSS JOIN LATERAL (
                 SELECT o.id, o.scheduled_for FROM ${from}
                  WHERE o.tenant_id = $1 AND o.job_id = m.id
                    AND ($2::timestamptz IS NULL OR (o.scheduled_for, o.id) < ($2, $3::uuid))
                    AND ($4::uuid IS NULL OR o.job_id = $4)
                    AND ${where}
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

const OF_GROUP = `m.group_id = ${NAMED_GROUP}`;
const OF_TAG = '$11::text IS NULL AND $12::uuid IS NULL';

/** Of the present jobs of a group (index jobs_by_group), or of those of a tag that few jobs carry (job_tags_by_tag). */
export const listExecutionsOfJobs = {
  any: {
    group: listOfJobs('list_group_executions', ANY, OF_GROUP),
    tag: listOfJobs('list_tag_executions', ANY, OF_TAG),
  },
  unsuccessful: {
    group: listOfJobs('list_group_unsuccessful', UNSUCCESSFUL, OF_GROUP),
    tag: listOfJobs('list_tag_unsuccessful', UNSUCCESSFUL, OF_TAG),
  },
};
