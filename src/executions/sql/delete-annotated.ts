import { statement } from '../../database/statement.js';

/**
 * Removes ended executions of jobs that carry an annotation, with their output. $1 tenant, $2 key of the annotation, $3 objects of which the job's
 * annotation contains one, $4 final states, $5 made no later than this or null, $6 how many of the newest stay or null. What a kept execution repeats
 * stays. Answers how many went. Indexes: jobs_ever_annotated, executions_by_job, executions_by_retried, executions_pkey.
 */
export const deleteAnnotated = statement(
  'delete_annotated',
  `WITH hit AS MATERIALIZED (
    SELECT e.id, e.scheduled_for, row_number() OVER (ORDER BY e.scheduled_for DESC, e.id DESC) AS place
      FROM executions e
     WHERE e.tenant_id = $1 AND e.state = ANY ($4::text[])
       AND e.job_id = ANY (ARRAY(SELECT j.id FROM jobs j WHERE j.tenant_id = $1 AND j.annotations <> '{}' AND j.annotations ? $2 AND j.annotations -> $2 @> ANY ($3::jsonb[])))
  ),
  removed AS (
    DELETE FROM executions e USING hit h
     WHERE e.id = h.id AND ($5::timestamptz IS NULL OR h.scheduled_for <= $5) AND ($6::int IS NULL OR h.place > $6)
       AND NOT EXISTS (SELECT 1 FROM executions r WHERE r.retry_of = e.id)
    RETURNING e.id
  )
  SELECT count(*)::int AS removed FROM removed`,
);
