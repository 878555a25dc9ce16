import { statement } from '../../database/statement.js';

/**
 * Puts an execution that did not end well back to work. $1 tenant, $2 id, $3 gates whose locks the transaction holds: that of its job and the one
 * after it, begun after the locks. It takes a place at both; without room nothing happens unless $4 (force) says to pass the group's rule.
 * The fence begins above any that the run can have had: it counts claims, of which there is less than one a second.
 * Answers `state` (`revived`, `busy`); no row: it is not the tenant's, has not ended so, or its job is gone or has other gates.
 * Indexes: executions_pkey, jobs_pkey, gates_pkey, unsuccessful_executions_pkey.
 */
export const reviveRun = statement(
  'revive_run',
  `WITH ended AS MATERIALIZED (
    SELECT e.id, e.tenant_id, e.job_id, e.attempt, e.interfaces, j.queue_id, j.gate_id, j.group_gate_id, j.priority, j.required_tags, j.excluded_tags,
           (j.gate_id IS NULL OR EXISTS (SELECT 1 FROM gates g WHERE g.id = j.gate_id AND (g.max_active IS NULL OR g.active < g.max_active)))
           AND (j.group_gate_id IS NULL OR $4 OR EXISTS (SELECT 1 FROM gates g WHERE g.id = j.group_gate_id AND (g.max_active IS NULL OR g.active < g.max_active))) AS fits
      FROM executions e JOIN jobs j ON j.id = e.job_id
     WHERE e.tenant_id = $1 AND e.id = $2 AND e.state IN ('failed', 'timed_out', 'cancelled') AND j.deleted_at IS NULL
       AND (j.gate_id IS NULL OR j.gate_id = ANY ($3::uuid[])) AND (j.group_gate_id IS NULL OR j.group_gate_id = ANY ($3::uuid[]))
       FOR UPDATE OF e
  ),
  opened AS (
    UPDATE executions e SET state = NULL, reason = NULL, finished_at = NULL, started_at = NULL, exit_code = NULL, result = NULL, error = NULL,
                            agent_id = NULL, hostname = NULL, pid = NULL, stop_requested_by = NULL
      FROM ended d WHERE e.id = d.id AND d.fits
    RETURNING e.id
  ),
  forgotten AS (DELETE FROM unsuccessful_executions u USING opened o WHERE u.id = o.id RETURNING u.id),
  live AS (
    INSERT INTO live_runs (id, tenant_id, job_id, queue_id, gate_id, arrival, state, priority, run_at, attempt, fence)
    SELECT d.id, d.tenant_id, d.job_id, d.queue_id, d.gate_id, CASE WHEN d.gate_id IS NOT NULL THEN nextval('live_arrivals') END, 'pending', d.priority, now(),
           d.attempt, extract(epoch FROM now())::int
      FROM ended d JOIN opened o ON o.id = d.id
    RETURNING id, queue_id, gate_id
  ),
  counted AS (
    UPDATE gates g SET active = g.active + 1
     WHERE g.id = ANY (ARRAY(SELECT d.gate_id FROM ended d JOIN live l ON l.id = d.id UNION SELECT d.group_gate_id FROM ended d JOIN live l ON l.id = d.id))
  ),
  told AS (SELECT pg_notify('carillon_dispatch', queue_id::text) FROM live)
  SELECT CASE WHEN fits THEN 'revived' ELSE 'busy' END AS state, (SELECT count(*) FROM told) AS told, (SELECT count(*) FROM forgotten) AS forgotten FROM ended`,
);
