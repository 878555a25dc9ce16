import { statement } from '../../../database/statement.js';

/** Backfills that are running or have runs whose end is not counted yet. Indexes: backfills_unfinished, backfill_runs_pkey. */
export const unfinishedBackfills = statement(
  'unfinished_backfills',
  `SELECT id FROM backfills WHERE state = 'running' UNION SELECT backfill_id FROM backfill_runs ORDER BY 1`,
);
