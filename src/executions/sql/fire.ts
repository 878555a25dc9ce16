import { statement } from '../../database/statement.js';
import { ADMISSION } from './admission.js';
import { NEWS } from './news.js';
import { REPLACING } from './replacing.js';

/**
 * Fires the due instants of a batch of triggers: one statement, one round trip. Replicas race for the same batch; the compare-and-set on
 * (next_fire_at, version) lets one win each trigger, and SKIP LOCKED lets the losers leave at once instead of queueing behind it.
 * A job that is being edited is left to the next try, so that no occurrence slips past a new overlap rule, and no lock is waited for.
 * Not `=` on next_fire_at: the planner would walk triggers_due, which is quadratic when many are due at one instant.
 * A job whose gate was made after the statement began is left to the next try as well: the gate would not be seen, and not counted.
 * A trigger that the database clock does not consider due yet is left alone, however wrong the clock of the caller is.
 *
 * Per trigger: $1 id, $2 due, $3 version, $4 next, $5 last, $6 fired. Per occurrence: $7 id, $8 trigger, $9 scheduled_for, $10 run_at,
 * $11 missed reason. Answers one row per trigger that was won, and with it the gates that need `replaceActive` and what is to be announced.
 * Indexes: triggers_pkey, jobs_pkey, gates_pkey, executions_once.
 */
export const fire = statement(
  'fire',
  `WITH wanted AS (
    SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::int[])
      AS w(id, due, version, next, last, fired)
  ),
  won AS MATERIALIZED (
    SELECT t.id, t.tenant_id, t.job_id, w.next, w.last, w.fired, j.job_class, j.args, j.parameters, j.interfaces, j.queue_id, j.gate_id,
           j.group_gate_id, j.priority
      FROM triggers t JOIN wanted w ON w.id = t.id JOIN jobs j ON j.id = t.job_id
     WHERE t.next_fire_at IS NOT DISTINCT FROM w.due AND t.version = w.version AND w.due <= now() + interval '100 milliseconds'
       AND (j.gate_id IS NULL OR EXISTS (SELECT 1 FROM gates g WHERE g.id = j.gate_id))
       AND (j.group_gate_id IS NULL OR EXISTS (SELECT 1 FROM gates g WHERE g.id = j.group_gate_id))
     ORDER BY t.id
       FOR UPDATE OF t SKIP LOCKED FOR SHARE OF j SKIP LOCKED
  ),
  fired AS (
    UPDATE triggers t SET next_fire_at = w.next, last_fire_at = w.last, run_count = t.run_count + w.fired
      FROM won w WHERE t.id = w.id
    RETURNING t.id
  ),
  occurrence AS (
    SELECT o.id, w.tenant_id, w.job_id, w.id AS trigger_id, 'trigger' AS source, NULL::uuid AS retry_of, o.scheduled_for, o.run_at,
           o.missed_reason, w.job_class, w.args, w.parameters, w.interfaces, w.queue_id, w.gate_id, w.group_gate_id, w.priority,
           NULL::text AS created_by, false AS forced, NULL::text AS if_busy, false AS awaited
      FROM unnest($7::uuid[], $8::uuid[], $9::timestamptz[], $10::timestamptz[], $11::text[])
             AS o(id, trigger_id, scheduled_for, run_at, missed_reason)
      JOIN won w ON w.id = o.trigger_id
  ),${ADMISSION('ON CONFLICT (trigger_id, scheduled_for) WHERE trigger_id IS NOT NULL DO NOTHING')}
  SELECT f.id, ${REPLACING} AS replacing, ${NEWS} FROM fired f`,
);
