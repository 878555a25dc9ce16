import { statement } from '../../../database/statement.js';

/**
 * Runs of a job that its overlap rule and its group's would let through at once, null for no limit. $1 job. Locks the job and then its gates, so that the
 * answer holds until the transaction ends: a backfill waits for room instead of having its instants skipped.
 * Indexes: jobs_pkey, gates_pkey.
 */
export const jobRoom = statement(
  'job_room',
  `WITH job AS MATERIALIZED (SELECT id, gate_id, group_gate_id FROM jobs WHERE id = $1 FOR SHARE),
  gate AS MATERIALIZED (
    SELECT max_active, active FROM gates WHERE id = ANY (ARRAY(SELECT unnest(ARRAY[gate_id, group_gate_id]) FROM job)) ORDER BY id FOR UPDATE
  )
  SELECT min(greatest(max_active - active, 0)) AS room FROM gate WHERE max_active IS NOT NULL`,
);
