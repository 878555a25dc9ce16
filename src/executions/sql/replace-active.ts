import { statement } from '../../database/statement.js';
import { freed } from './freed.js';

/**
 * Carries out `cancel_other`: the newest run of a job that waits at its gate takes the place of all older ones. What waits is `skipped`, what no
 * worker holds is `cancelled`, and the workers of the others are asked to stop them, all with the reason or name of the newest. When the newest run is
 * active already, it only skips what waits. Saying it twice changes nothing.
 * $1 ids of gates whose locks the transaction holds, with the gates after them; begun after the locks, like `promote`,
 * and after those of `lockReplaced`, so that no run changes hands while it decides. Answers the ids of those that ended or are asked to stop.
 * Indexes: live_by_job (a job's gate has the job's id), live_runs_pkey, executions_pkey, gates_pkey.
 */
export const replaceActive = statement(
  'replace_active',
  `WITH rule AS MATERIALIZED (
    SELECT id, on_full FROM gates
     WHERE id = ANY ($1::uuid[]) AND on_full IN ('cancel_other', 'force_cancel_other') AND queued > 0
  ),
  here AS MATERIALIZED (
    SELECT l.id, l.gate_id, l.held_by, l.state, l.arrival FROM live_runs l
     WHERE l.job_id = ANY (ARRAY(SELECT id FROM rule)) AND l.gate_id = l.job_id
     ORDER BY l.id
       FOR UPDATE
  ),
  newest AS MATERIALIZED (
    SELECT DISTINCT ON (h.gate_id) h.gate_id, h.id, h.held_by IS NOT DISTINCT FROM h.gate_id AS waits, r.on_full
      FROM here h JOIN rule r ON r.id = h.gate_id
     ORDER BY h.gate_id, h.arrival DESC
  ),
  others AS MATERIALIZED (
    SELECT h.id, h.state, n.id AS by, n.waits, n.on_full, h.held_by IS NOT DISTINCT FROM h.gate_id AS waited
      FROM here h JOIN newest n ON n.gate_id = h.gate_id
     WHERE h.id <> n.id
  ),
  ended AS (
    DELETE FROM live_runs l
     WHERE l.id = ANY (ARRAY(SELECT id FROM others WHERE waited OR (waits AND state IN ('scheduled', 'queued', 'pending'))))
    RETURNING l.id, l.state, l.gate_id, l.held_by, l.attempt
  ),
  recorded AS (
    UPDATE executions e
       SET state = CASE d.state WHEN 'queued' THEN 'skipped' ELSE 'cancelled' END, reason = 'superseded', attempt = d.attempt,
           finished_at = now(), stop_requested_by = 'execution ' || o.by
      FROM ended d JOIN others o ON o.id = d.id
     WHERE e.id = d.id
    RETURNING e.id
  ),
  asked AS (
    UPDATE live_runs l
       SET state = CASE o.on_full WHEN 'force_cancel_other' THEN 'force_cancelling' ELSE 'cancelling' END,
           stop_requested_at = now(), stop_requested_by = 'execution ' || o.by, updated_at = now()
      FROM others o
     WHERE l.id = o.id AND l.id = ANY (ARRAY(SELECT id FROM others WHERE waits))
       AND (l.state = 'running' OR (l.state = 'cancelling' AND o.on_full = 'force_cancel_other'))
    RETURNING l.id, l.agent_id
  ),
  ${freed('$1')},
  told AS (
    SELECT pg_notify('carillon_stop', string_agg(agent_id::text || ':' || id::text, ',')) FROM asked HAVING count(agent_id) > 0
  )
  SELECT id, (SELECT count(*) FROM told) AS told FROM recorded UNION ALL SELECT id, 0 FROM asked`,
);
