import { statement } from '../../database/statement.js';

/** All runs that an agent holds, and what decides what becomes of one that it does not know. $1 agent. Indexes: live_by_agent, jobs_pkey. */
export const holdings = statement(
  'holdings',
  `SELECT l.id, l.fence, l.gate_id AS "gateId", l.state, l.attempt, l.started_at AS "startedAt", j.max_attempts AS "maxAttempts",
          extract(epoch FROM clock_timestamp() - l.claimed_at)::float8 * 1000 AS "heldMs"
     FROM live_runs l JOIN jobs j ON j.id = l.job_id
    WHERE l.agent_id = $1`,
);
