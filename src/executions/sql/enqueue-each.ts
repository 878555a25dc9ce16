import { insertEntries } from '../../audit-log/entry-part.js';
import { statement } from '../../database/statement.js';
import { AGENT_MAY } from './agent-may.js';
import { EXECUTION_VIEW } from './execution-view.js';
import { FREE_RUNS } from './free-runs.js';
import { NEWS } from './news.js';
import { RUN_RULES } from './run-rules.js';

const ASKED = `unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::timestamptz[], $7::timestamptz[], $8::jsonb[], $9::jsonb[], $10::text[],
                  $11::int[], $12::boolean[], $13::text[], $14::boolean[])
             AS o(id, job_id, source, retry_of, scheduled_for, run_at, args, parameters, created_by, queue_id, forced, if_busy, awaited)`;

/** What is due and of a queue that the agent may take from, in the order of arrival until its slots are full. Interfaces and limits of tenants are left to claims. */
const TAKEN = `SELECT o.*, CASE WHEN o.is_fit AND row_number() OVER (PARTITION BY o.is_fit ORDER BY o.id) <= $29::int THEN $27::uuid END AS taker
      FROM (SELECT o.*, o.run_at <= now() AND o.queue_id IN (
                     SELECT k.id FROM queues k JOIN tenants t ON t.id = k.tenant_id JOIN agents a ON ${AGENT_MAY('$27')}
                      WHERE k.id = ANY ($28::int[]) AND k.interfaces = '{}' AND t.max_running IS NULL) AS is_fit
              FROM occurrence o) o`;

/** The live row as it was before it was taken, so that whoever asked for the run sees it as it was made, however soon a worker has it. */
const UNTAKEN = `SELECT l.id, l.queue_id, l.run_at, CASE l.state WHEN 'running' THEN 'pending' ELSE l.state END AS state, 0 AS attempt, l.fence, NULL::uuid AS agent_id,
         l.agent_id IS NOT NULL AS is_taken, l.pid, l.started_at, NULL::timestamptz AS claimed_at, l.updated_at, l.progress_percent, l.progress_message, l.stop_requested_by
    FROM live l`;

/**
 * Makes runs that different requests of one tenant asked for, each with an audit entry of its own: $1 to $16 as `enqueueAlone`, $17 to $26 the entries, an array for each
 * column, in the order of the runs. Up to $29 of them are given at once to the agent $27 if their queues are among $28; it has them as after a claim (`isTaken`). Answers the
 * whole executions with what a worker needs. What `FREE_RUNS` does not make is missing, as are runs of a job that somebody is changing: nobody here shall wait for
 * another's job. For some dozens of runs: what was written is joined by a nested loop.
 * Indexes: jobs_listed or jobs_pkey, queues_pkey, tenants_pkey, agents_pkey.
 */
export const enqueueEach = statement(
  'enqueue_each',
  `${FREE_RUNS({
    asked: ASKED,
    judged: 15,
    lock: 'FOR SHARE OF j SKIP LOCKED',
    placed: TAKEN,
    audit: `${insertEntries(17, '$2::uuid[]')} WHERE e.made IN (SELECT id FROM occurrence)`,
  })},
  news AS (
    SELECT string_agg(DISTINCT queue_id::text, ',') FILTER (WHERE state = 'pending') AS ready,
           (extract(epoch FROM min(run_at) FILTER (WHERE state = 'scheduled')) * 1000)::bigint::text AS delayed
      FROM live
  ),
  untaken AS (
    ${UNTAKEN}
  )
  SELECT ${EXECUTION_VIEW.columns}, ${NEWS}, l.is_taken AS "isTaken", t.id AS "tenantId", t.name AS tenant, l.queue_id AS "queueId", l.fence, ${RUN_RULES}
    FROM written e ${EXECUTION_VIEW.joinsWith('untaken')} JOIN tenants t ON t.id = e.tenant_id`,
);
