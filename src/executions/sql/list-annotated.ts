import { statement, type Statement } from '../../database/statement.js';
import { ANNOTATED_ERROR } from './annotated-error.js';
import { ANNOTATED_ROW } from './annotated-row.js';
import { annotatedMatching, type AnnotatedRealm } from './annotated-matching.js';

/**
 * One key of the order, its name in $`name` and whether it falls in $`falls`. Every type has an expression of its own; all that the name does
 * not choose are constants once the values are known, and vanish from the plan. `run`: the table that has the instant and the id.
 */
function orderedBy(name: string, falls: string, run: 'e' | 'u'): string {
  const keys = [
    `CASE ${name}::text WHEN 'created_at' THEN ${run}.scheduled_for WHEN 'started_at' THEN coalesce(e.started_at, l.started_at, l.claimed_at)
                        WHEN 'ended_at' THEN e.finished_at END`,
    `CASE ${name}::text WHEN 'id' THEN ${run}.id END`,
    `CASE WHEN ${name}::text = 'state' THEN
            coalesce(CASE WHEN l.state = 'force_cancelling' THEN e.annotations -> $2 ->> 'state' END, $29::jsonb ->> coalesce(e.state, l.state))
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
 * A slice of the executions of jobs that carry an annotation, of deleted jobs too. $1 to $21 as in `annotatedMatching`.
 * $22, $24, $26 keys of the order, `created_at`, `started_at`, `ended_at`, `id`, `state`, `error`, `created_by`, `job:<field>`, `note:<field>` or (absent: false)
 * `flag:<field>` of the annotations, or null; $23, $25, $27 whether they fall. $28 rows to leave out, $29 what states are called (a force-cancelled run: what its note says
 * under `state`, if it does), $30 rows. Indexes: as in `annotatedMatching`.
 */
export function listAnnotated(realm: AnnotatedRealm): Statement {
  // The same instant and id stand in both tables; by the history's the planner would walk the history for a page of the few (1.2 s of 1,000,000).
  const run = realm === 'unsuccessful' ? 'u' : 'e';
  return statement(
    'list_annotated',
    `SELECT ${ANNOTATED_ROW.columns}
     FROM unnest(ARRAY(SELECT e.id ${annotatedMatching(realm)}
                        ORDER BY ${orderedBy('$22', '$23', run)}, ${orderedBy('$24', '$25', run)}, ${orderedBy('$26', '$27', run)}, ${run}.scheduled_for, ${run}.id
                       OFFSET $28 LIMIT $30)) WITH ORDINALITY AS p(id, place)
     ${ANNOTATED_ROW.joins}
    ORDER BY p.place`,
  );
}
