import { statement } from '../../database/statement.js';

/** Waiting runs of a job. $1 tenant, $2 job, $3 at most. Index: live_by_job. */
export const waitingRunsOf = statement(
  'waiting_runs_of',
  `SELECT id FROM live_runs WHERE tenant_id = $1 AND job_id = $2 AND state IN ('scheduled', 'queued', 'pending') ORDER BY id LIMIT $3`,
);
