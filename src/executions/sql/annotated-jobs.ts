import { statement } from '../../database/statement.js';

/** Jobs that carry an annotation, deleted ones too. $1 tenant, $2 its key, $3 objects of which it contains one, or null. Index: jobs_ever_annotated. */
export const annotatedJobs = statement(
  'annotated_jobs',
  `SELECT j.id FROM jobs j
    WHERE j.tenant_id = $1 AND j.annotations <> '{}' AND j.annotations ? $2 AND ($3::jsonb[] IS NULL OR j.annotations -> $2 @> ANY ($3))`,
);
