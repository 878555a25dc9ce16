import { ANNOTATED_ERROR } from './annotated-error.js';

/**
 * Whether an instant is one of a list, to the millisecond. Between the first and the last is asked first: that an index can find, and cutting
 * each row's instant takes longer than all the rest.
 */
const among = (instant: string, list: string): string =>
  `(${list}::timestamptz[] IS NULL OR (${instant} >= (SELECT min(at) FROM unnest(${list}) at) AND ${instant} < (SELECT max(at) + interval '1 millisecond' FROM unnest(${list}) at)
        AND date_trunc('milliseconds', ${instant}) = ANY (${list})))`;

/** What is counted and listed alike. Parameters as in `listAnnotated`. Index: none, this is a part of statements. */
export const ANNOTATED_MATCHING = `
     FROM executions e
     LEFT JOIN live_runs l ON l.id = e.id
     LEFT JOIN jobs j ON j.id = e.job_id
    WHERE e.tenant_id = $1
      AND e.job_id = ANY ($3::uuid[])
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
      AND ($17::text[] IS NULL OR e.annotations -> $2 ->> 'scheduled_for' = ANY ($17))`;
