import { statement, type Statement } from '../../database/statement.js';
import { ANNOTATED_ERROR } from './annotated-error.js';
import { ANNOTATED_ROW } from './annotated-row.js';

/** What can be in no index that every run writes to, by the name of its key. */
const KEYS = {
  created_by: 'e.created_by COLLATE "C"',
  error: `${ANNOTATED_ERROR} COLLATE "C"`,
} as const;
type ForemostKey = keyof typeof KEYS;
/** Ended runs that are looked at for a bound. */
const SAMPLE = 2_000;

function isForemost(key: string): key is ForemostKey {
  return Object.hasOwn(KEYS, key);
}

/**
 * A slice near the beginning of an order by a text that is in no index, with the total. Of some ended runs, those that were made first, the last one that the slice could need is found; what comes after it is left out while the history is read and counted, once, so that next to nothing is left to sort. $1 tenant,
 * $2 key of the annotations, $3 ids of the jobs, $4 rows to leave out, $5 rows. One row at least; without a slice it has no id.
 * Null: an order by the key cannot be had so. Indexes: executions_by_time, live_by_job,
 * executions_pkey, live_runs_pkey, jobs_pkey.
 */
export function foremostAnnotated(name: string, falls: boolean): Statement | null {
  if (!isForemost(name)) return null;
  const key = KEYS[name];
  const [direction, isBefore] = falls ? ['DESC', '>'] : ['ASC', '<'];
  const ofBound = (column: string): string => `(SELECT ${column} FROM bound)`;
  // Null comes last, or first when the order falls.
  const nulls = falls
    ? `(${key} IS NULL AND (${ofBound('k')} IS NOT NULL OR e.scheduled_for <= ${ofBound('at')}))`
    : `(${ofBound('k')} IS NULL AND (${key} IS NOT NULL OR e.scheduled_for <= ${ofBound('at')}))`;
  const ofJobs = `FROM executions e WHERE e.tenant_id = $1 AND e.job_id = ANY ($3::uuid[])`;
  return statement(
    'foremost_annotated',
    `WITH bound AS MATERIALIZED (
       SELECT s.k, s.at FROM (SELECT ${key} AS k, e.scheduled_for AS at, e.id ${ofJobs} AND e.state IS NOT NULL
                               ORDER BY e.scheduled_for, e.id LIMIT ${SAMPLE}) s
        ORDER BY s.k ${direction}, s.at, s.id OFFSET $4::bigint + $5::bigint - 1 LIMIT 1
     ),
     seen AS MATERIALIZED (
       SELECT count(*)::int AS total,
              array_agg(e.id) FILTER (WHERE e.state IS NOT NULL AND (
                ${key} ${isBefore} ${ofBound('k')} OR (${key} = ${ofBound('k')} AND e.scheduled_for <= ${ofBound('at')})
                OR ${nulls} OR NOT EXISTS (SELECT FROM bound))) AS ids ${ofJobs}
     ),
     foremost AS (
       SELECT ${key} AS k, e.scheduled_for AS at, e.id FROM executions e WHERE e.id = ANY ((SELECT ids FROM seen)::uuid[])
       UNION ALL
       SELECT ${key}, e.scheduled_for, e.id FROM live_runs l JOIN executions e ON e.id = l.id
        WHERE l.tenant_id = $1 AND l.job_id = ANY ($3)
     ),
     cut AS MATERIALIZED (
       SELECT f.id, row_number() OVER () AS place FROM (SELECT id FROM foremost ORDER BY k ${direction}, at, id OFFSET $4 LIMIT $5) f
     )
     SELECT seen.total, r.*
       FROM seen LEFT JOIN (SELECT p.place, ${ANNOTATED_ROW.columns} FROM cut p ${ANNOTATED_ROW.joins}) r ON true
      ORDER BY r.place`,
  );
}
