import { statement } from '../../database/statement.js';

/** Stops all triggers of a job. $1 job. Answers their ids. Index: triggers_by_job. */
export const stopTriggers = statement(
  'stop_triggers',
  `WITH t AS (SELECT id FROM triggers WHERE job_id = $1 AND deleted_at IS NULL AND next_fire_at IS NOT NULL ORDER BY id FOR UPDATE)
   UPDATE triggers SET next_fire_at = NULL, updated_at = now() WHERE id IN (SELECT id FROM t) RETURNING id`,
);

/** Gives triggers their next instants. $1 ids, $2 instants or nulls. Index: triggers_pkey. */
export const setNextInstants = statement(
  'set_next_instants',
  `UPDATE triggers t SET next_fire_at = n.at, updated_at = now()
     FROM unnest($1::uuid[], $2::timestamptz[]) AS n(id, at) WHERE t.id = n.id`,
);

/** Marks all triggers of a job as deleted. $1 job. Answers their ids. Index: triggers_by_job. */
export const deleteTriggers = statement(
  'delete_triggers',
  `WITH t AS (SELECT id FROM triggers WHERE job_id = $1 AND deleted_at IS NULL ORDER BY id FOR UPDATE)
   UPDATE triggers SET deleted_at = now(), next_fire_at = NULL, updated_at = now() WHERE id IN (SELECT id FROM t) RETURNING id`,
);

/** Tells every replica that the next instants of triggers may have changed. $1 ids, comma-separated. Index: none, no table is read. */
export const tellTriggers = statement('tell_triggers', `SELECT pg_notify('carillon_triggers', $1)`);
