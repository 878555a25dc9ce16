import { statement } from '../../database/statement.js';

/** Stops all triggers of a job. $1 job. Answers their ids. Index: triggers_by_job. */
export const stopTriggers = statement(
  'stop_triggers',
  `WITH t AS (SELECT id FROM triggers WHERE job_id = $1 AND deleted_at IS NULL AND next_fire_at IS NOT NULL ORDER BY id FOR UPDATE)
   UPDATE triggers SET next_fire_at = NULL, updated_at = now() WHERE id IN (SELECT id FROM t) RETURNING id`,
);
