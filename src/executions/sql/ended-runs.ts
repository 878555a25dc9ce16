import { statement } from '../../database/statement.js';

/** Which of the runs $1 have ended, of whatever tenant: those without a live row. Index: live_runs_pkey. */
export const endedRuns = statement(
  'ended_runs',
  `SELECT w.id FROM unnest($1::uuid[]) AS w(id) WHERE NOT EXISTS (SELECT 1 FROM live_runs l WHERE l.id = w.id)`,
);
