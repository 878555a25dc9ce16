import { statement } from '../../../database/statement.js';

/**
 * Runs of a job that its overlap rule would let through at once, null for no limit. $1 job. Locks the job and then its gate, so that the
 * answer holds until the transaction ends: a backfill waits for room instead of having its instants skipped.
 * Indexes: jobs_pkey, gates_pkey.
 */
export const jobRoom = statement(
  'job_room',
  `WITH job AS MATERIALIZED (SELECT id, gate_id FROM jobs WHERE id = $1 FOR SHARE),
  gate AS MATERIALIZED (SELECT id, max_active, active FROM gates WHERE id = (SELECT gate_id FROM job) FOR UPDATE)
  SELECT CASE WHEN g.max_active IS NOT NULL THEN greatest(g.max_active - g.active, 0) END AS room FROM job LEFT JOIN gate g ON true`,
);
