/**
 * The tail shared by `fire` and `enqueue`: takes the rows of a CTE `occurrence` (id, tenant_id, job_id, trigger_id, source, retry_of,
 * scheduled_for, run_at, missed_reason, job_class, args, parameters, interfaces, queue_id, gate_id, priority, created_by), decides under the
 * gates' locks what becomes of each, and writes everything.
 *
 * The counters are read from the locked gate row: after waiting for a lock READ COMMITTED sees that row as it is now, which is not
 * true of a count over other rows. Gates are locked in the order of their ids, after triggers and before any live run.
 *
 * Leaves the CTE `written` (id, state, queue_id, run_at). Indexes: gates_pkey, executions_once.
 */
export const ADMISSION = `
  gate AS MATERIALIZED (
    SELECT g.id, g.max_active, g.max_queued, g.active, g.queued
      FROM gates g
     WHERE g.id IN (SELECT o.gate_id FROM occurrence o WHERE o.missed_reason IS NULL)
     ORDER BY g.id
       FOR UPDATE
  ),
  placed AS (
    SELECT o.*, g.max_active, g.max_queued - g.queued AS room,
           CASE WHEN g.max_active IS NULL THEN 2147483647 ELSE greatest(g.max_active - g.active, 0) END AS free,
           row_number() OVER (PARTITION BY o.gate_id, o.missed_reason IS NULL ORDER BY o.scheduled_for, o.id) AS place
      FROM occurrence o LEFT JOIN gate g ON g.id = o.gate_id
  ),
  decided AS (
    SELECT p.*,
           CASE WHEN p.missed_reason IS NOT NULL THEN 'missed'
                WHEN p.place <= p.free THEN CASE WHEN p.run_at > now() THEN 'scheduled' ELSE 'pending' END
                WHEN p.place - p.free <= p.room THEN 'queued'
                ELSE 'skipped' END AS state
      FROM placed p
  ),
  written AS (
    INSERT INTO executions (id, tenant_id, job_id, trigger_id, source, retry_of, scheduled_for, job_class, args, parameters,
                            interfaces, created_by, state, reason, finished_at)
    SELECT d.id, d.tenant_id, d.job_id, d.trigger_id, d.source, d.retry_of, d.scheduled_for, d.job_class, d.args, d.parameters,
           nullif(d.interfaces, '{}'), d.created_by,
           CASE WHEN d.state IN ('missed', 'skipped') THEN d.state END,
           CASE d.state WHEN 'missed' THEN d.missed_reason WHEN 'skipped' THEN 'overlap' END,
           CASE WHEN d.state IN ('missed', 'skipped') THEN now() END
      FROM decided d
        ON CONFLICT DO NOTHING
    RETURNING id
  ),
  live AS (
    INSERT INTO live_runs (id, tenant_id, job_id, queue_id, gate_id, state, priority, run_at)
    SELECT d.id, d.tenant_id, d.job_id, d.queue_id, d.gate_id, d.state, d.priority, d.run_at
      FROM decided d JOIN written w ON w.id = d.id
     WHERE d.state NOT IN ('missed', 'skipped')
    RETURNING id, gate_id, queue_id, state, run_at
  ),
  counted AS (
    UPDATE gates g SET active = g.active + c.admitted, queued = g.queued + c.held
      FROM (SELECT gate_id, count(*) FILTER (WHERE state <> 'queued') AS admitted, count(*) FILTER (WHERE state = 'queued') AS held
              FROM live WHERE gate_id IS NOT NULL GROUP BY gate_id) c
     WHERE g.id = c.gate_id
  ),
  told AS (
    SELECT pg_notify('carillon_dispatch', (SELECT string_agg(DISTINCT queue_id::text, ',') FROM live WHERE state = 'pending'))
     WHERE EXISTS (SELECT 1 FROM live WHERE state = 'pending')
    UNION ALL
    SELECT pg_notify('carillon_delayed', (SELECT (extract(epoch FROM min(run_at)) * 1000)::bigint::text FROM live WHERE state = 'scheduled'))
     WHERE EXISTS (SELECT 1 FROM live WHERE state = 'scheduled')
  )`;
