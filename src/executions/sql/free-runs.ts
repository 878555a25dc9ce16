/** What differs between the two statements. */
interface Differences {
  /** The rows that were asked for. */
  readonly asked: string;
  /** Number of the first of the two parameters that say what is judged. */
  readonly judged: number;
  /** What becomes of jobs that somebody is changing. */
  readonly lock: 'FOR SHARE OF j' | 'FOR SHARE OF j SKIP LOCKED';
  /** The rows of `occurrence` and `taker`: the agent that gets the run at once, or null. */
  readonly placed: string;
  /** Writes the audit entries of the runs in `occurrence`. */
  readonly audit: string;
}

/**
 * The CTEs that `enqueueFree` and `enqueueEach` share, for jobs that no rule limits: without all that decides about room,
 * of which the mere start takes more than a third of the time of making one run (0.95 instead of 1.55 ms of the backend, PostgreSQL 18.4, 2026-11-22). Leaves `written`
 * and `live`; empty for a job with a gate, one that is not there, one that is not judged, or a gate that was made meanwhile.
 * Indexes: jobs_listed or jobs_pkey, queues_pkey, tenants_pkey.
 */
export const FREE_RUNS = ({ asked, judged, lock, placed, audit }: Differences): string => `WITH occurrence AS (
    SELECT o.id, j.tenant_id, j.id AS job_id, o.source, o.retry_of, coalesce(o.scheduled_for, now()) AS scheduled_for,
           coalesce(o.run_at, now()) AS run_at, j.job_class, coalesce(o.args, j.args) AS args,
           CASE o.source WHEN 'retry' THEN o.parameters ELSE j.parameters || coalesce(o.parameters, '{}') END AS parameters,
           CASE WHEN o.queue_id IS NULL THEN j.interfaces ELSE (SELECT q.interfaces FROM queues q WHERE q.id = o.queue_id) END AS interfaces,
           coalesce(o.queue_id, j.queue_id) AS queue_id, j.priority, o.created_by, o.awaited
      FROM ${asked}
      JOIN jobs j ON j.id = o.job_id AND j.tenant_id = $1 AND j.deleted_at IS NULL
     WHERE j.gate_id IS NULL AND j.group_gate_id IS NULL AND j.job_class = ANY ($${judged}::text[])
       AND (SELECT t.forbidden_job_classes = $${judged + 1}::text[] FROM tenants t WHERE t.id = $1)
       ${lock}
  ),
  written AS (
    INSERT INTO executions (id, tenant_id, job_id, source, retry_of, scheduled_for, job_class, args, parameters, interfaces, created_by)
    SELECT o.id, o.tenant_id, o.job_id, o.source, o.retry_of, o.scheduled_for, o.job_class, o.args, o.parameters, nullif(o.interfaces, '{}'), o.created_by
      FROM occurrence o
    RETURNING *
  ),
  placed AS (
    ${placed}
  ),
  live AS (
    INSERT INTO live_runs (id, tenant_id, job_id, queue_id, state, priority, run_at, awaited, agent_id, fence, attempt, claimed_at)
    SELECT o.id, o.tenant_id, o.job_id, o.queue_id, CASE WHEN o.taker IS NOT NULL THEN 'running' WHEN o.run_at > now() THEN 'scheduled' ELSE 'pending' END,
           o.priority, o.run_at, o.awaited, o.taker, (o.taker IS NOT NULL)::int, (o.taker IS NOT NULL)::int, CASE WHEN o.taker IS NOT NULL THEN now() END
      FROM placed o
    RETURNING *
  ),
  audited AS (
    ${audit}
  )`;
