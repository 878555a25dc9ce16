import { statement } from '../../database/statement.js';
import { OF_AGENT } from './of-agent.js';

/** Those of the given runs that an agent holds, with what decides what follows their ends. $1 agent, $2 ids. Indexes: live_runs_pkey, jobs_pkey. */
export const retryPolicies = statement(
  'retry_policies',
  `SELECT l.id, l.fence, l.gate_id AS "gateId", l.attempt, l.claimed_at AS "claimedAt", clock_timestamp() AS now, j.max_attempts AS "maxAttempts",
          j.retry_initial_ms AS "retryInitialMs", j.retry_factor AS "retryFactor", j.retry_max_ms AS "retryMaxMs",
          j.retry_jitter AS "retryJitter"
     FROM live_runs l JOIN jobs j ON j.id = l.job_id
    WHERE l.id = ANY ($2::uuid[]) AND ${OF_AGENT}`,
);
