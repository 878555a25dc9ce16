/**
 * Columns of an execution with the changing part of an unfinished one laid over, and the joins that they need beside `executions e`.
 * Index: none, this is a part of statements.
 */
export const EXECUTION_VIEW = {
  columns: `e.id, e.number, e.job_id AS "jobId", j.name AS "jobName", e.trigger_id AS "triggerId", e.source, e.retry_of AS "retryOf",
       e.scheduled_for AS "scheduledFor", coalesce(l.run_at, e.scheduled_for) AS "runAt", e.job_class AS "jobClass", e.args, e.parameters, coalesce(e.interfaces, '{}') AS interfaces,
       e.created_by AS "createdBy", e.created_at AS "createdAt", coalesce(e.state, l.state) AS state, e.reason,
       coalesce(l.attempt, e.attempt) AS attempt, coalesce(l.agent_id, e.agent_id) AS "agentId", coalesce(e.hostname, a.hostname) AS hostname,
       coalesce(l.pid, e.pid) AS pid, coalesce(e.started_at, l.started_at, l.claimed_at) AS "startedAt", e.finished_at AS "finishedAt",
       coalesce(l.updated_at, e.finished_at, e.created_at) AS "updatedAt", e.exit_code AS "exitCode", e.result, e.error,
       l.progress_percent AS "progressPercent", l.progress_message AS "progressMessage", coalesce(e.stop_requested_by, l.stop_requested_by) AS "stopRequestedBy",
       to_char(e.scheduled_for AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "sortKey"`,
  joins: joinsWith('live_runs'),
  joinsWith,
};

/** The joins with another relation in the place of `live_runs`. */
function joinsWith(liveRuns: string): string {
  return `JOIN jobs j ON j.id = e.job_id LEFT JOIN ${liveRuns} l ON l.id = e.id LEFT JOIN agents a ON a.id = l.agent_id`;
}
