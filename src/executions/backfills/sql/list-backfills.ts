import { statement } from '../../../database/statement.js';

/**
 * A page of backfills, newest first, with the number of their unfinished runs. $1 tenant, $2 last id of the page before or null, $3 trigger or
 * null, $4 state or null, $5 only this one or null, $6 rows. Indexes: backfills_listed (tenant_id, id DESC), backfill_runs_pkey.
 */
export const listBackfills = statement(
  'list_backfills',
  `SELECT b.id, b.job_id AS "jobId", b.trigger_id AS "triggerId", b.from_at AS "fromAt", b.to_at AS "toAt", b.direction,
          b.max_concurrency AS "maxConcurrency", b.include_missed AS "includeMissed", b.state, b.reason, b.cursor_at AS "cursorAt", b.total,
          b.created, b.left_alone AS "leftAlone", b.succeeded, b.unsuccessful, b.version, b.created_by AS "createdBy",
          b.created_at AS "createdAt", b.updated_at AS "updatedAt", b.finished_at AS "finishedAt",
          (SELECT count(*)::int FROM backfill_runs r JOIN live_runs l ON l.id = r.execution_id WHERE r.backfill_id = b.id) AS active
     FROM backfills b
    WHERE b.tenant_id = $1 AND ($2::uuid IS NULL OR b.id < $2) AND ($3::uuid IS NULL OR b.trigger_id = $3)
      AND ($4::text IS NULL OR b.state = $4) AND ($5::uuid IS NULL OR b.id = $5)
    ORDER BY b.id DESC LIMIT $6`,
);
