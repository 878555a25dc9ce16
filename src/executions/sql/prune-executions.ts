import { statement } from '../../database/statement.js';

/**
 * Removes ended executions that are too old, job by job from the oldest on; output and the rows for lists go along by their foreign keys. $1 jobs after
 * this id, $2 jobs to look at, $3 days for tenants that say nothing (0: for ever), $4 executions at most. Age counts from the end, and both
 * instants have to be old: what was made up for lately stays, and so does what a kept execution repeats. Rows that somebody holds are left to the
 * next time. Answers how many went, and the last job looked at, null behind the last one.
 * Indexes: jobs_pkey, executions_by_job (tenant_id, job_id, scheduled_for, id), executions_by_retried, executions_pkey.
 */
export const pruneExecutions = statement(
  'prune_executions',
  `WITH page AS MATERIALIZED (
    SELECT j.id, j.tenant_id, coalesce(j.history_days, t.history_days, $3) AS days
      FROM jobs j JOIN tenants t ON t.id = j.tenant_id
     WHERE j.id > $1
     ORDER BY j.id LIMIT $2
  ),
  doomed AS MATERIALIZED (
    SELECT x.id
      FROM page p CROSS JOIN LATERAL (
        SELECT e.id FROM executions e
         WHERE e.tenant_id = p.tenant_id AND e.job_id = p.id
           AND e.scheduled_for < now() - p.days * interval '1 day' AND e.finished_at < now() - p.days * interval '1 day'
           AND NOT EXISTS (SELECT 1 FROM executions r WHERE r.retry_of = e.id)
         ORDER BY e.scheduled_for, e.id
         LIMIT $4
           FOR UPDATE SKIP LOCKED) x
     WHERE p.days > 0
     LIMIT $4
  ),
  removed AS (
    DELETE FROM executions WHERE id = ANY (ARRAY(SELECT id FROM doomed)) RETURNING id
  )
  SELECT (SELECT count(*)::int FROM removed) AS removed, (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last`,
);
