import { statement } from '../../database/statement.js';

/** Marks all triggers of a job as deleted. $1 job. Answers their ids. Index: triggers_by_job. */
export const deleteTriggers = statement(
  'delete_triggers',
  `WITH t AS (SELECT id FROM triggers WHERE job_id = $1 AND deleted_at IS NULL ORDER BY id FOR UPDATE)
   UPDATE triggers SET deleted_at = now(), next_fire_at = NULL, updated_at = now() WHERE id IN (SELECT id FROM t) RETURNING id`,
);
