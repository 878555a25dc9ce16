import { ANNOTATED_ERROR } from './annotated-error.js';

/**
 * Whether an instant is one of a list, to the millisecond. Between the first and the last is asked first: that an index can find, and cutting
 * each row's instant takes longer than all the rest.
 */
const among = (instant: string, list: string): string =>
  `(${list}::timestamptz[] IS NULL OR (${instant} >= (SELECT min(at) FROM unnest(${list}) at) AND ${instant} < (SELECT max(at) + interval '1 millisecond' FROM unnest(${list}) at)
        AND date_trunc('milliseconds', ${instant}) = ANY (${list})))`;

/**
 * What rows can be sought among: all; those that ended otherwise than well; those that carry an annotation of their own. The last two are few and in indexes. The job is asked
 * for once: asked of the history too, all runs of the jobs would be read for the few.
 */
export type AnnotatedRealm = 'all' | 'unsuccessful' | 'annotated';

const REALMS: Readonly<Record<AnnotatedRealm, readonly [tables: string, condition: string]>> = {
  all: ['executions e', 'AND e.job_id = ANY ($3::uuid[])'],
  unsuccessful: [
    'unsuccessful_executions u JOIN executions e ON e.id = u.id',
    'AND u.tenant_id = $1 AND u.state = ANY ($5) AND u.job_id = ANY ($3::uuid[])',
  ],
  annotated: ['executions e', 'AND e.annotations IS NOT NULL AND e.job_id = ANY ($3::uuid[])'],
};

/**
 * What is counted and listed alike. Planned anew for its values: filters that are null vanish, with the joins that only they need. Null does not filter.
 * $1 tenant, $2 key of the annotations of jobs and runs, $3 ids of the jobs, as values because the planner then knows how many runs they have; of the run: $4 ids, $5 final and
 * $6 live states, either will do, $7 and $8: whether a force-cancelled run's annotation contains this, $9 created_by, $10 made at, $11 started at,
 * $12 ended at, to the millisecond, $13 error, $14 its annotation contains, $15 contains none of, $16 parameters, $17 what is noted as scheduled_for, $18 and $19: whether its
 * annotation has this field, $20 made before, $21 made after. In the realm `unsuccessful` $5 are states but `succeeded`, and $6 is null.
 * Indexes: executions_by_time, executions_by_job, executions_annotated, unsuccessful_by_state, executions_pkey, live_runs_pkey, jobs_pkey.
 */
export function annotatedMatching(realm: AnnotatedRealm): string {
  const [tables, condition] = REALMS[realm];
  return `
     FROM ${tables}
     LEFT JOIN live_runs l ON l.id = e.id
     LEFT JOIN jobs j ON j.id = e.job_id
    WHERE e.tenant_id = $1 ${condition}
      AND ($4::uuid[] IS NULL OR e.id = ANY ($4))
      AND (($5::text[] IS NULL AND $6::text[] IS NULL) OR ($5::text[] IS NOT NULL AND e.state = ANY ($5))
           OR ($6::text[] IS NOT NULL AND l.state = ANY ($6)))
      AND ($7::jsonb IS NULL OR l.state IS DISTINCT FROM 'force_cancelling' OR coalesce(e.annotations -> $2, '{}') @> $7 = $8)
      AND ($9::text[] IS NULL OR e.created_by = ANY ($9))
      AND ${among('e.scheduled_for', '$10')}
      AND ${among('coalesce(e.started_at, l.started_at, l.claimed_at)', '$11')}
      AND ${among('e.finished_at', '$12')}
      AND ($13::text[] IS NULL OR ${ANNOTATED_ERROR} = ANY ($13))
      AND ($14::jsonb IS NULL OR e.annotations -> $2 @> $14)
      AND ($15::jsonb[] IS NULL OR e.annotations IS NULL OR NOT coalesce(e.annotations -> $2, '{}') @> ANY ($15))
      AND ($16::jsonb[] IS NULL OR e.parameters = ANY ($16))
      AND ($17::text[] IS NULL OR e.annotations -> $2 ->> 'scheduled_for' = ANY ($17))
      AND ($18::text IS NULL OR CASE WHEN e.annotations IS NULL THEN false ELSE coalesce(e.annotations -> $2 ->> $18 IS NOT NULL, false) END = $19::boolean)
      AND ($20::timestamptz IS NULL OR e.scheduled_for < $20)
      AND ($21::timestamptz IS NULL OR e.scheduled_for > $21)`;
}
