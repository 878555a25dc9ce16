import { statement } from '../../database/statement.js';

/** Planned runs that are due, soonest first, with their jobs' gates. $1 at most. Indexes: live_planned, jobs_pkey. */
export const duePlanned = statement(
  'due_planned',
  `SELECT l.id, j.gate_id AS "gateId" FROM live_runs l JOIN jobs j ON j.id = l.job_id
    WHERE l.is_planned AND l.run_at <= now() ORDER BY l.run_at, l.id LIMIT $1`,
);
