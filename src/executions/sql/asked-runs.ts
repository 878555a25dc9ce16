import { ADMISSION } from './admission.js';
import { NEWS } from './news.js';
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
  ),${ADMISSION('ON CONFLICT DO NOTHING')}`;

const DECIDED = `d.id, d.state, d.refused_by AS "refusedBy", d.job_class AS "jobClass", p.forbidden_job_classes AS "forbiddenJobClasses",
         d.gate_id IS NOT NULL OR d.group_gate_id IS NOT NULL AS "isLimited", ${REPLACING} AS replacing, ${NEWS}
    FROM decided d CROSS JOIN patterns p
   WHERE d.state = 'rejected' OR d.id IN (SELECT id FROM written)`;

/**
 * The parts that `enqueue` and `enqueueAlone` share: the CTEs from the arguments to what was written, for runs whose jobs satisfy the condition, and the
 * answer. Index: none, this is a part of statements.
 */
export const ASKED_RUNS = {
  made: (onlyIf: string): string => `${ASKED},${occurrence(onlyIf)}`,
  answer: DECIDED,
};
