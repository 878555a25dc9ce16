import { statement } from '../../database/statement.js';

/** Columns of an execution with the changing part of an unfinished one laid over. Needs `executions e` and `live_runs l`, `agents a`. */
const VIEW = `e.id, e.number, e.job_id AS "jobId", j.name AS "jobName", e.trigger_id AS "triggerId", e.source, e.retry_of AS "retryOf",
       e.scheduled_for AS "scheduledFor", coalesce(l.run_at, e.scheduled_for) AS "runAt", e.job_class AS "jobClass", e.args, e.parameters,
       e.created_by AS "createdBy", e.created_at AS "createdAt", coalesce(e.state, l.state) AS state, e.reason,
       coalesce(l.attempt, e.attempt) AS attempt, coalesce(l.agent_id, e.agent_id) AS "agentId", coalesce(e.hostname, a.hostname) AS hostname,
       coalesce(l.pid, e.pid) AS pid, coalesce(e.started_at, l.started_at, l.claimed_at) AS "startedAt", e.finished_at AS "finishedAt",
       coalesce(l.updated_at, e.finished_at, e.created_at) AS "updatedAt", e.exit_code AS "exitCode", e.result, e.error,
       l.progress_percent AS "progressPercent", l.progress_message AS "progressMessage", l.stop_requested_by AS "stopRequestedBy",
       to_char(e.scheduled_for AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "sortKey"`;

const JOINS = `JOIN jobs j ON j.id = e.job_id LEFT JOIN live_runs l ON l.id = e.id LEFT JOIN agents a ON a.id = l.agent_id`;

/** One execution. $1 tenant, $2 id. Index: executions_pkey, live_runs_pkey. */
export const readExecution = statement(
  'read_execution',
  `SELECT ${VIEW} FROM executions e ${JOINS} WHERE e.tenant_id = $1 AND e.id = $2`,
);

/**
 * A page, newest first. $1 tenant, $2 and $3 sort key and id of the last row of the page before or nulls, $4 job, $5 trigger, $6 states or
 * null, $7 tag, $8 from, $9 to (exclusive), $10 rows; nulls do not filter. It is planned for its values, so that absent filters vanish and
 * the fitting index is taken: executions_by_time (tenant_id, scheduled_for DESC, id DESC), executions_by_job (… job_id …), executions_once for
 * a trigger. `key` is the table that the order is walked in.
 */
function list(name: string, from: string, key: string, states: string) {
  return statement(
    name,
    `SELECT ${VIEW}
       FROM ${from}
      WHERE ${key}.tenant_id = $1
        AND ($2::timestamptz IS NULL OR (${key}.scheduled_for, ${key}.id) < ($2, $3::uuid))
        AND ($4::uuid IS NULL OR ${key}.job_id = $4)
        AND ($5::uuid IS NULL OR e.trigger_id = $5)
        AND ${states}
        AND ($7::text IS NULL OR EXISTS (SELECT 1 FROM job_tags jt JOIN tags t ON t.id = jt.tag_id
                                          WHERE jt.job_id = ${key}.job_id AND t.tenant_id = $1 AND t.name = $7))
        AND ($8::timestamptz IS NULL OR ${key}.scheduled_for >= $8)
        AND ($9::timestamptz IS NULL OR ${key}.scheduled_for < $9)
      ORDER BY ${key}.scheduled_for DESC, ${key}.id DESC
      LIMIT $10`,
  );
}

/** In any of the given states, or all. */
export const listAny = list(
  'list_any',
  `executions e ${JOINS}`,
  'e',
  '($6::text[] IS NULL OR coalesce(e.state, l.state) = ANY ($6))',
);

/** In states of a bad end only, through the small table that holds just those. Indexes: unsuccessful_by_time, unsuccessful_by_state. */
export const listUnsuccessful = list(
  'list_unsuccessful',
  `unsuccessful_executions u JOIN executions e ON e.id = u.id ${JOINS}`,
  'u',
  'u.state = ANY ($6::text[])',
);

/** In unfinished states only: the join with the live runs leaves nothing else. Index: live_runs_pkey, or live_by_job. */
export const listLive = list(
  'list_live',
  `executions e ${JOINS}`,
  'e',
  'e.state IS NULL AND l.state = ANY ($6::text[])',
);

/** In states that a worker holds only. Index: live_by_agent WHERE agent_id IS NOT NULL. */
export const listHeld = list(
  'list_held',
  `executions e ${JOINS}`,
  'e',
  'e.state IS NULL AND l.agent_id IS NOT NULL AND l.state = ANY ($6::text[])',
);

/**
 * Output of an execution in order. $1 tenant, $2 execution, $3 attempt or null for all, $4 and $5 attempt and seq of the last row of the page
 * before, $6 rows. Index: execution_logs_pkey.
 */
export const readLogs = statement(
  'read_logs',
  `SELECT attempt, seq, stream, at, text FROM execution_logs
    WHERE execution_id = $2 AND tenant_id = $1 AND ($3::int IS NULL OR attempt = $3) AND (attempt, seq) > ($4::int, $5::int)
    ORDER BY attempt, seq LIMIT $6`,
);
