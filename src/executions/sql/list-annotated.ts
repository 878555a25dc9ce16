import { statement } from '../../database/statement.js';
import { ANNOTATED_ERROR } from './annotated-error.js';
import { ANNOTATED_MATCHING } from './annotated-matching.js';

/**
 * One key of the order, its name in $`name` and whether it falls in $`falls`. Every type has an expression of its own; all that the name does
 * not choose are constants once the values are known, and vanish from the plan.
 */
function orderedBy(name: string, falls: string): string {
  const keys = [
    `CASE ${name}::text WHEN 'created_at' THEN e.scheduled_for WHEN 'started_at' THEN coalesce(e.started_at, l.started_at, l.claimed_at)
                        WHEN 'ended_at' THEN e.finished_at END`,
    `CASE ${name}::text WHEN 'id' THEN e.id END`,
    `CASE WHEN ${name}::text = 'state' THEN
            coalesce(CASE WHEN l.state = 'force_cancelling' THEN e.annotations -> $2 ->> 'state' END, $25::jsonb ->> coalesce(e.state, l.state))
          WHEN ${name}::text = 'error' THEN ${ANNOTATED_ERROR}
          WHEN ${name}::text = 'created_by' THEN e.created_by
          WHEN ${name}::text LIKE 'job:%' THEN j.annotations -> $2 ->> substr(${name}::text, 5)
          WHEN ${name}::text LIKE 'flag:%' THEN
            CASE WHEN e.annotations IS NULL THEN 'false' ELSE coalesce(e.annotations -> $2 ->> substr(${name}::text, 6), 'false') END
          WHEN ${name}::text LIKE 'note:%' THEN e.annotations -> $2 ->> substr(${name}::text, 6) END COLLATE "C"`,
  ];
  return keys
    .map((key) => `CASE WHEN ${falls}::boolean THEN ${key} END DESC, CASE WHEN NOT ${falls}::boolean THEN ${key} END`)
    .join(', ');
}

/**
 * A slice of the executions of jobs that carry an annotation, of deleted jobs too. Planned anew for its values: filters that are null vanish, with
 * the joins that only they need. Null does not filter.
 * $1 tenant, $2 key of the annotations of jobs and runs, $3 ids of the jobs, as values because the planner then knows how many runs they have; of the run: $4 ids, $5 final and
 * $6 live states, either will do, $7 and $8: whether a force-cancelled run's annotation contains this, $9 created_by, $10 made at, $11 started at,
 * $12 ended at, to the millisecond, $13 error, $14 its annotation contains, $15 contains none of, $16 parameters, $17 what is noted as scheduled_for.
 * $18, $20, $22 keys of the order, `created_at`, `started_at`, `ended_at`, `id`, `state`, `error`, `created_by`, `job:<field>`, `note:<field>` or (absent: false)
 * `flag:<field>` of the annotations,
 * or null; $19, $21, $23 whether they fall. $24 rows to leave out, $25 what states are called (a force-cancelled run: what its note says under `state`, if it does), $26 rows.
 * Indexes: executions_by_time, executions_by_job, executions_pkey, live_runs_pkey, jobs_pkey.
 */
export const listAnnotated = statement(
  'list_annotated',
  `SELECT e.id, e.job_id AS "jobId", j.annotations -> $2 AS "ofJob", coalesce(e.annotations -> $2, '{}') AS note, coalesce(e.state, l.state) AS state, e.reason,
          e.error ->> 'message' AS error, e.created_by AS "createdBy", e.scheduled_for AS "createdAt", coalesce(e.started_at, l.started_at, l.claimed_at) AS "startedAt",
          e.finished_at AS "endedAt", e.parameters, coalesce(l.agent_id, e.agent_id) AS "agentId"
     FROM unnest(ARRAY(SELECT e.id ${ANNOTATED_MATCHING}
                        ORDER BY ${orderedBy('$18', '$19')}, ${orderedBy('$20', '$21')}, ${orderedBy('$22', '$23')}, e.scheduled_for, e.id
                       OFFSET $24 LIMIT $26)) WITH ORDINALITY AS p(id, place)
     JOIN executions e ON e.id = p.id
     JOIN jobs j ON j.id = e.job_id
     LEFT JOIN live_runs l ON l.id = e.id
    ORDER BY p.place`,
);
