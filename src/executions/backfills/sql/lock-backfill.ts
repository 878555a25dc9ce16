import { statement } from '../../../database/statement.js';

/**
 * A backfill with what became of its job and trigger, locked; no row when another replica has it at the moment. $1 id.
 * First of all in the order of locks. Indexes: backfills_pkey, jobs_pkey, triggers_pkey.
 */
export const lockBackfill = statement(
  'lock_backfill',
  `SELECT b.id, b.job_id AS "jobId", b.trigger_id AS "triggerId", b.from_at AS "fromAt", b.to_at AS "toAt", b.schedule, b.direction,
          b.max_concurrency AS "maxConcurrency", b.include_missed AS "includeMissed", b.state, b.cursor_at AS "cursorAt", b.is_fed AS "isFed",
          CASE WHEN j.deleted_at IS NOT NULL THEN 'job_deleted' WHEN t.deleted_at IS NOT NULL THEN 'trigger_deleted' END AS orphaned
     FROM backfills b JOIN jobs j ON j.id = b.job_id JOIN triggers t ON t.id = b.trigger_id
    WHERE b.id = $1 FOR UPDATE OF b SKIP LOCKED`,
);
