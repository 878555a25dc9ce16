import { statement } from '../../database/statement.js';

/**
 * Locks the live runs of jobs with `cancel_other` at whose gates a run waits, so that `replaceActive`, begun after it, sees each as it is. In one
 * statement with it a run that a worker is just claiming would be locked as running and looked at as pending, and be left alone.
 * $1 ids of gates whose locks the transaction holds. Indexes: gates_pkey, live_by_job (a job's gate has the job's id).
 */
export const lockReplaced = statement(
  'lock_replaced',
  `SELECT l.id FROM live_runs l
    WHERE l.job_id = ANY (ARRAY(SELECT g.id FROM gates g
            WHERE g.id = ANY ($1::uuid[]) AND g.on_full IN ('cancel_other', 'force_cancel_other') AND g.queued > 0))
      AND l.gate_id = l.job_id
    ORDER BY l.id
      FOR UPDATE`,
);
