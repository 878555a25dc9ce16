import { insertEntry } from '../../audit-log/entry-part.js';
import { statement } from '../../database/statement.js';
import { FREE_RUNS } from './free-runs.js';

/** `unnest` fills up a list that is shorter than the ids with nulls. */
const ASKED = `(SELECT u.id, $3::uuid AS job_id, 'manual' AS source, NULL::uuid AS retry_of, NULL::timestamptz AS scheduled_for, u.run_at, u.args, u.parameters,
               $4::text AS created_by, NULL::int AS queue_id, false AS awaited
          FROM unnest($2::uuid[], $5::timestamptz[], $6::jsonb[], $7::jsonb[]) AS u(id, run_at, args, parameters)) o`;

/**
 * Makes many runs of one job by hand, as a transaction of its own with one audit entry, if no rule limits the job: what all of them have in common is sent once, and
 * what they have as the job has it not at all. $1 tenant, $2 ids, $3 job, $4 who asked; per run, or an empty list if no run has it: $5 run_at, $6 args in the place of the job's,
 * $7 parameters laid over the job's; $8, $9 the judged classes and patterns as $15 and $16 of `enqueueAlone`; $10 to $19 the audit entry.
 * Answers one row, with what is to be announced and the ids of those that are not due yet (`scheduled`); the others are pending. No row when `FREE_RUNS` makes nothing: ask
 * `enqueueAlone` then.
 * Indexes: jobs_listed or jobs_pkey, queues_pkey, tenants_pkey.
 */
export const enqueueFree = statement(
  'enqueue_free',
  `${FREE_RUNS({
    asked: ASKED,
    judged: 8,
    lock: 'FOR SHARE OF j',
    placed: 'SELECT o.*, NULL::uuid AS taker FROM occurrence o',
    audit: `${insertEntry(10)} WHERE EXISTS (SELECT 1 FROM occurrence)`,
  })}
  SELECT max(l.queue_id) FILTER (WHERE l.state = 'pending')::text AS ready,
         (extract(epoch FROM min(l.run_at) FILTER (WHERE l.state = 'scheduled')) * 1000)::bigint::text AS delayed,
         coalesce(array_agg(l.id) FILTER (WHERE l.state = 'scheduled'), '{}') AS scheduled
    FROM live l
  HAVING count(*) > 0`,
);
