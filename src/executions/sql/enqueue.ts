import { insertEntry } from '../../audit-log/entry-part.js';
import { statement } from '../../database/statement.js';
import { ADMISSION, NEWS } from './admission.js';
import { REPLACING } from './replacing.js';

const ASKED = `WITH asked AS (
    SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::timestamptz[], $7::timestamptz[], $8::jsonb[], $9::jsonb[], $10::text[],
                         $11::int[], $12::boolean[], $13::text[], $14::boolean[])
      AS o(id, job_id, source, retry_of, scheduled_for, run_at, args, parameters, created_by, queue_id, forced, if_busy, awaited)
  ),
  patterns AS MATERIALIZED (SELECT t.forbidden_job_classes FROM tenants t WHERE t.id = $1)`;

const occurrence = (onlyIf: string): string => `
  occurrence AS (
    SELECT o.id, j.tenant_id, j.id AS job_id, NULL::uuid AS trigger_id, o.source, o.retry_of,
           coalesce(o.scheduled_for, now()) AS scheduled_for, coalesce(o.run_at, now()) AS run_at, NULL::text AS missed_reason,
           j.job_class, coalesce(o.args, j.args) AS args, CASE o.source WHEN 'retry' THEN o.parameters ELSE j.parameters || coalesce(o.parameters, '{}') END AS parameters,
           CASE WHEN o.queue_id IS NULL THEN j.interfaces ELSE (SELECT q.interfaces FROM queues q WHERE q.id = o.queue_id) END AS interfaces,
           coalesce(o.queue_id, j.queue_id) AS queue_id, j.gate_id, j.group_gate_id, j.priority, o.created_by, o.forced, o.if_busy, o.awaited
      FROM asked o
      JOIN jobs j ON j.id = o.job_id AND j.tenant_id = $1 AND j.deleted_at IS NULL
     WHERE (j.gate_id IS NULL OR EXISTS (SELECT 1 FROM gates g WHERE g.id = j.gate_id))
       AND (j.group_gate_id IS NULL OR EXISTS (SELECT 1 FROM gates g WHERE g.id = j.group_gate_id))
       AND ${onlyIf}
       FOR SHARE OF j
  ),${ADMISSION}`;

const DECIDED = `d.id, d.state, d.refused_by AS "refusedBy", d.job_class AS "jobClass", p.forbidden_job_classes AS "forbiddenJobClasses",
         ${REPLACING} AS replacing, ${NEWS}
    FROM decided d CROSS JOIN patterns p
   WHERE d.state = 'rejected' OR d.id IN (SELECT id FROM written)`;

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
  `${ASKED},${occurrence('true')}
  SELECT ${DECIDED}`,
);

/**
 * The same as a transaction of its own, in one round trip, with one audit entry for all. Further: $15 job classes that were found permitted by
 * $16, the patterns of the tenant; of a job of another class, or if the patterns have changed, nothing is made, and one row with the state `unjudged` tells both. $17 to
 * $26: the audit entry, written if any run was.
 */
export const enqueueAlone = statement(
  'enqueue_alone',
  `${ASKED},${occurrence('j.job_class = ANY ($15::text[]) AND (SELECT p.forbidden_job_classes = $16::text[] FROM patterns p)')},
  audited AS (
    ${insertEntry(17)} WHERE EXISTS (SELECT 1 FROM written)
  )
  SELECT ${DECIDED}
   UNION ALL
  (SELECT o.id, 'unjudged', NULL, j.job_class, p.forbidden_job_classes, NULL, NULL, NULL
     FROM asked o JOIN jobs j ON j.id = o.job_id AND j.tenant_id = $1 AND j.deleted_at IS NULL CROSS JOIN patterns p
    WHERE j.job_class <> ALL ($15::text[]) OR p.forbidden_job_classes <> $16::text[]
    LIMIT 1)`,
);
