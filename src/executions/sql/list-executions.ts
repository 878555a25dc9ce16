import { statement } from '../../database/statement.js';
import { EXECUTION_VIEW } from './execution-view.js';
import { NAMED_GROUP } from './named-group.js';

/**
 * A page, newest first. $1 tenant, $2 and $3 sort key and id of the last row of the page before or nulls, $4 job, $5 trigger, $6 states or
 * null, $7 tag, $8 from, $9 to (exclusive), $10 rows, $11 name of a group or null and $12 its id; nulls do not filter. It is planned for its values, so that absent filters vanish and
 * the fitting index is taken: executions_by_time (tenant_id, scheduled_for, id), executions_by_job (… job_id …), executions_once for
 * a trigger. `key` is the table that the order is walked in.
 */
function list(name: string, from: string, key: string, states: string) {
  return statement(
    name,
    `SELECT ${EXECUTION_VIEW.columns}
       FROM ${from}
      WHERE ${key}.tenant_id = $1
        AND ($2::timestamptz IS NULL OR (${key}.scheduled_for, ${key}.id) < ($2, $3::uuid))
        AND ($4::uuid IS NULL OR ${key}.job_id = $4)
        AND ($5::uuid IS NULL OR e.trigger_id = $5)
        AND ${states}
        AND ($7::text IS NULL OR EXISTS (SELECT 1 FROM job_tags jt JOIN tags t ON t.id = jt.tag_id
                                          WHERE jt.job_id = ${key}.job_id AND t.tenant_id = $1 AND t.name = $7))
        AND ($11::text IS NULL AND $12::uuid IS NULL OR EXISTS (
              SELECT 1 FROM jobs m WHERE m.id = ${key}.job_id AND m.group_id = ${NAMED_GROUP}))
        AND ($8::timestamptz IS NULL OR ${key}.scheduled_for >= $8)
        AND ($9::timestamptz IS NULL OR ${key}.scheduled_for < $9)
      ORDER BY ${key}.scheduled_for DESC, ${key}.id DESC
      LIMIT $10`,
  );
}

/** In any of the given states, or all. */
const any = list(
  'list_any',
  `executions e ${EXECUTION_VIEW.joins}`,
  'e',
  '($6::text[] IS NULL OR coalesce(e.state, l.state) = ANY ($6))',
);

/**
 * In final states only, that of success among them. The state of the history is asked for by itself, because the planner knows how common
 * its values are; of `coalesce` over two tables it knows nothing. Index: executions_by_time, executions_by_job.
 */
const ended = list('list_ended', `executions e ${EXECUTION_VIEW.joins}`, 'e', 'e.state = ANY ($6::text[])');

/** In states of a bad end only, through the small table that holds just those. Indexes: unsuccessful_by_time, unsuccessful_by_state, unsuccessful_by_job. */
const unsuccessful = list(
  'list_unsuccessful',
  `unsuccessful_executions u JOIN executions e ON e.id = u.id ${EXECUTION_VIEW.joins}`,
  'u',
  'u.state = ANY ($6::text[])',
);

/**
 * In unfinished states only, from the live runs. It does not say `e.state IS NULL` besides: that filter let a merge join walk the whole
 * history for one more row. Index: executions_pkey, or live_by_job.
 */
const live = list(
  'list_live',
  'live_runs l JOIN executions e ON e.id = l.id JOIN jobs j ON j.id = e.job_id LEFT JOIN agents a ON a.id = l.agent_id',
  'e',
  'l.tenant_id = $1 AND l.state = ANY ($6::text[])',
);

/** In states that a worker or a client holds only. Indexes: live_by_agent WHERE agent_id IS NOT NULL, live_driven. */
const held = list(
  'list_held',
  `executions e ${EXECUTION_VIEW.joins}`,
  'e',
  'e.state IS NULL AND (l.agent_id IS NOT NULL OR l.driven_by IS NOT NULL) AND l.state = ANY ($6::text[])',
);

/** The same list, once for each way in which the states are found soonest. */
export const listExecutions = { any, ended, unsuccessful, live, held };
