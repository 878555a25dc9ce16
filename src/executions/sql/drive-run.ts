import { statement } from '../../database/statement.js';

/**
 * What a client says of a run that no agent holds: it is in state $4 now. $1 tenant, $2 id, $3 states that it may come from, $5 who says it.
 * `running` and the states of stopping are held by the client from here on; `pending` gives the run back, to a worker unless its queue is a client's.
 * A run that waits at a gate is not touched: who is let through is the gates' business, and so is one that has not come to them.
 * Answers the id if it changed. Indexes: live_runs_pkey, queues_pkey.
 */
export const driveRun = statement(
  'drive_run',
  `WITH driven AS (
    UPDATE live_runs l
       SET state = $4, driven_by = CASE WHEN $4 <> 'pending' THEN $5 END,
           run_at = CASE WHEN l.state = 'scheduled' THEN least(l.run_at, now()) ELSE l.run_at END,
           attempt = CASE WHEN $4 = 'running' AND l.state <> 'running' THEN l.attempt + 1 ELSE l.attempt END,
           fence = CASE WHEN $4 = 'running' AND l.state <> 'running' THEN l.fence + 1 ELSE l.fence END,
           started_at = CASE $4 WHEN 'running' THEN coalesce(l.started_at, now()) WHEN 'pending' THEN NULL ELSE l.started_at END,
           stop_requested_at = CASE WHEN $4 IN ('cancelling', 'force_cancelling') THEN now() END,
           stop_requested_by = CASE WHEN $4 IN ('cancelling', 'force_cancelling') THEN $5 END,
           updated_at = now()
     WHERE l.id = $2 AND l.tenant_id = $1 AND l.agent_id IS NULL AND l.state = ANY ($3::text[]) AND l.state <> 'queued' AND l.is_planned IS NOT TRUE
    RETURNING l.id, l.queue_id, l.state
  ),
  told AS (
    SELECT pg_notify('carillon_dispatch', queue_id::text) FROM driven WHERE state = 'pending'
  )
  SELECT id, (SELECT count(*) FROM told) AS told FROM driven`,
);
