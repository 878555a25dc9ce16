import { statement } from '../../database/statement.js';

/**
 * Lays fields over those that an API keeps beside a run. $1 tenant, $2 id, $3 name of the API, $4 fields as an object; a null takes one away.
 * Nothing is written where there is nothing to keep. Index: executions_pkey.
 */
export const annotateRun = statement(
  'annotate_run',
  `UPDATE executions e
      SET annotations = coalesce(e.annotations, '{}') || jsonb_build_object($3::text, jsonb_strip_nulls(coalesce(e.annotations -> $3::text, '{}') || $4::jsonb))
    WHERE e.tenant_id = $1 AND e.id = $2 AND (e.annotations ? $3 OR jsonb_strip_nulls($4::jsonb) <> '{}')`,
);
