import { statement } from '../../database/statement.js';

/**
 * What running runs say of themselves. $1 agent; per run: $2 id, $3 fence, $4 pid, $5 started_at, $6 percent, $7 message (nulls leave
 * what is there). Answers the ids found: a missing one was taken from this agent. Index: live_runs_pkey.
 */
export const report = statement(
  'report',
  `UPDATE live_runs l
      SET pid = coalesce(r.pid, l.pid), started_at = coalesce(l.started_at, r.started_at), progress_percent = coalesce(r.percent, l.progress_percent),
          progress_message = coalesce(r.message, l.progress_message), updated_at = now()
     FROM unnest($2::uuid[], $3::int[], $4::int[], $5::timestamptz[], $6::float8[], $7::text[]) AS r(id, fence, pid, started_at, percent, message)
    WHERE l.id = r.id AND l.fence = r.fence AND l.agent_id = $1
    RETURNING l.id`,
);

/**
 * Appends output. $1 agent; per piece: $2 execution, $3 fence, $4 seq, $5 stream, $6 at, $7 text. Only the worker that holds the run can
 * write, and a repeated batch changes nothing. Indexes: live_runs_pkey, execution_logs_pkey.
 */
export const appendLogs = statement(
  'append_logs',
  `INSERT INTO execution_logs (execution_id, attempt, seq, tenant_id, stream, at, text)
   SELECT l.id, l.attempt, r.seq, l.tenant_id, r.stream, r.at, r.text
     FROM unnest($2::uuid[], $3::int[], $4::int[], $5::text[], $6::timestamptz[], $7::text[]) AS r(id, fence, seq, stream, at, text)
     JOIN live_runs l ON l.id = r.id AND l.fence = r.fence AND l.agent_id = $1
       ON CONFLICT DO NOTHING`,
);

/** Runs of an agent that were asked to stop. $1 agent. Index: live_by_agent. */
export const stopsOf = statement(
  'stops_of',
  `SELECT id, state FROM live_runs WHERE agent_id = $1 AND state IN ('cancelling', 'force_cancelling')`,
);

/** Which of the given runs an agent holds. $1 agent, $2 ids. Index: live_runs_pkey. */
export const heldOf = statement(
  'held_of',
  'SELECT id, fence, gate_id AS "gateId" FROM live_runs WHERE id = ANY ($2::uuid[]) AND agent_id = $1',
);

/** All runs that an agent holds. $1 agent. Index: live_by_agent. */
export const heldBy = statement('held_by', 'SELECT id, fence, gate_id AS "gateId" FROM live_runs WHERE agent_id = $1');

/** Queues that have pending runs, for a worker that may have missed a notification. Index: live_pending. */
export const waitingQueues = statement(
  'waiting_queues',
  `SELECT q.id, q.tenant_id AS "tenantId", q.required_tags AS "requiredTags", q.excluded_tags AS "excludedTags"
     FROM queues q CROSS JOIN LATERAL (
       SELECT 1 FROM live_runs l WHERE l.queue_id = q.id AND l.state = 'pending' ORDER BY l.priority DESC, l.run_at, l.id LIMIT 1) x`,
);

/** Queues by id. $1 ids. Index: queues_pkey. */
export const queuesById = statement(
  'queues_by_id',
  `SELECT id, tenant_id AS "tenantId", required_tags AS "requiredTags", excluded_tags AS "excludedTags" FROM queues WHERE id = ANY ($1::int[])`,
);
