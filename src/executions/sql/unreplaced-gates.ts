import { statement } from '../../database/statement.js';

/**
 * Gates of jobs with `cancel_other` at which a run waits. Whose active runs were all asked to stop is among them: asking again changes nothing.
 * Indexes: jobs_that_cancel_other, gates_pkey.
 */
export const unreplacedGates = statement(
  'unreplaced_gates',
  `SELECT g.id FROM jobs j JOIN gates g ON g.id = j.gate_id
    WHERE j.overlap_policy IN ('cancel_other', 'force_cancel_other') AND j.deleted_at IS NULL AND g.queued > 0`,
);
