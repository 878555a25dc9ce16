/** What an execution of a compatible API is shown with; `p` has its id, $2 is the key of the annotations. Indexes: executions_pkey, jobs_pkey, live_runs_pkey. */
export const ANNOTATED_ROW = {
  columns: `e.id, e.job_id AS "jobId", j.annotations -> $2 AS "ofJob", coalesce(e.annotations -> $2, '{}') AS note, coalesce(e.state, l.state) AS state, e.reason,
          e.error ->> 'message' AS error, e.created_by AS "createdBy", e.scheduled_for AS "createdAt", coalesce(e.started_at, l.started_at, l.claimed_at) AS "startedAt",
          e.finished_at AS "endedAt", e.parameters, coalesce(l.agent_id, e.agent_id) AS "agentId"`,
  joins: `JOIN executions e ON e.id = p.id
     JOIN jobs j ON j.id = e.job_id
     LEFT JOIN live_runs l ON l.id = e.id`,
};
