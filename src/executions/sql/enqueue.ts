import { insertEntry } from '../../audit-log/sql/insert-entry.js';
import { statement } from '../../database/statement.js';
import { ADMISSION, NEWS } from './admission.js';
import { REPLACING } from './replacing.js';

/**
 * Makes runs that no trigger made, by hand and again, of one tenant, with one audit entry for all. One statement and one round trip, so it commits by
 * itself.
 *
 * $1 tenant; per run: $2 id, $3 job, $4 source, $5 retry_of, $6 scheduled_for,
 * $7 run_at, $8 args or null for the job's, $9 parameters laid over the job's
 * (a retry's stand alone), $10 created_by, $11 queue of its own interfaces (see `queueForRun`) or null for the job's, $12 whether it passes its
 * group's rule, $13 what shall happen when there is no room (`reject`, `queue`, `skip`; null: the rules), $14 whether its end is to be told. Null instants mean now.
 * $15 job classes that were found permitted by $16, the patterns of the tenant: a job of another class or patterns that have changed are answered
 * as `unjudged`, with both, and nothing is made of them. $17 to $26: the audit entry, written if any run was.
 *
 * Answers id, state (`rejected`: it was not made, and `refusedBy` says whether the job or the group has no room), the gates that need
 * `replaceActive`, and what is to be announced. A job of another tenant or a deleted one yields no row, nor does one whose gate was made
 * after the statement began: say it again. The share lock makes it wait for
 * a change of the job that is under way: otherwise a run could slip past a deletion or a new overlap rule.
 * Indexes: jobs_pkey, gates_pkey, queues_pkey, tenants_pkey.
 */
export const enqueue = statement(
  'enqueue',
  `WITH asked AS (
    SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::timestamptz[], $7::timestamptz[], $8::jsonb[], $9::jsonb[], $10::text[],
                         $11::int[], $12::boolean[], $13::text[], $14::boolean[])
      AS o(id, job_id, source, retry_of, scheduled_for, run_at, args, parameters, created_by, queue_id, forced, if_busy, awaited)
  ),
  patterns AS MATERIALIZED (SELECT t.forbidden_job_classes FROM tenants t WHERE t.id = $1),
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
       AND j.job_class = ANY ($15::text[]) AND (SELECT p.forbidden_job_classes = $16::text[] FROM patterns p)
       FOR SHARE OF j
  ),${ADMISSION},
  audited AS (
    ${insertEntry(17)} WHERE EXISTS (SELECT 1 FROM written)
  )
  SELECT d.id, d.state, d.refused_by AS "refusedBy", NULL AS "jobClass", NULL::text[] AS "forbiddenJobClasses", ${REPLACING} AS replacing, ${NEWS}
    FROM decided d
   WHERE d.state = 'rejected' OR d.id IN (SELECT id FROM written)
   UNION ALL
  (SELECT o.id, 'unjudged', NULL, j.job_class, p.forbidden_job_classes, NULL, NULL, NULL
     FROM asked o JOIN jobs j ON j.id = o.job_id AND j.tenant_id = $1 AND j.deleted_at IS NULL CROSS JOIN patterns p
    WHERE j.job_class <> ALL ($15::text[]) OR p.forbidden_job_classes <> $16::text[]
    LIMIT 1)`,
);
