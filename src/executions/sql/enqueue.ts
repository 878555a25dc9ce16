import { statement } from '../../database/statement.js';
import { ASKED_RUNS } from './asked-runs.js';

/**
 * Makes runs that no trigger made, by hand and again, of one tenant, within a transaction that does more: it judges the classes and writes the audit
 * entries afterwards, and what it finds forbidden undoes all.
 *
 * $1 tenant; per run: $2 id, $3 job, $4 source, $5 retry_of, $6 scheduled_for,
 * $7 run_at, $8 args or null for the job's, $9 parameters laid over the job's
 * (a retry's stand alone), $10 created_by, $11 queue of its own interfaces (see `queueForRun`) or null for the job's, $12 whether it passes its
 * group's rule, $13 what shall happen when there is no room (`reject`, `queue`, `skip`; null: the rules), $14 whether its end is to be told. Null instants mean now.
 *
 * Answers id, state (`rejected`: it was not made, and `refusedBy` says whether the job or the group has no room), job class, the classes forbidden
 * to the tenant, the gates that need `replaceActive`, and what is to be announced after the commit. A job of another tenant or a deleted one yields no
 * row, nor does one whose gate was made after the statement began: say it again. The share lock makes it wait for
 * a change of the job that is under way: otherwise a run could slip past a deletion or a new overlap rule.
 * Indexes: jobs_listed or jobs_pkey, gates_pkey, queues_pkey, tenants_pkey.
 */
export const enqueue = statement(
  'enqueue',
  `${ASKED_RUNS.made('true')}
  SELECT ${ASKED_RUNS.answer}`,
);
