import { statement } from '../../database/statement.js';
import { EXECUTION_VIEW } from './execution-view.js';

/** Results of more bytes of JSON than this do not come with a list. */
const LISTED_RESULT_BYTES = 16_384;

/** Everything but the result as in other reads. */
const COLUMNS = EXECUTION_VIEW.columns.replace(
  'e.result,',
  `CASE WHEN octet_length(e.result::text) <= ${LISTED_RESULT_BYTES} THEN e.result END AS result, coalesce(octet_length(e.result::text), 0) > ${LISTED_RESULT_BYTES} AS "isResultLeftOut",`,
);

/**
 * Executions that came to be within a span of time, those that changed last first, without occurrences that did not run. $1 tenant, $2 from,
 * $3 to (exclusive), $4 rows at most: then the newest are kept. Results of more than 16 KiB are left out.
 *
 * An occurrence comes to be when it is due or soon after, so the index by due instant finds those of the span; the few that are more than a
 * minute late (made up for after a downtime) have an index of their own.
 * Indexes: executions_by_time (tenant_id, scheduled_for, id), executions_late (tenant_id, created_at) WHERE it is late.
 */
export const executionsMadeWithin = statement(
  'executions_made_within',
  `WITH found AS (
    (SELECT e.id, e.created_at FROM executions e
      WHERE e.tenant_id = $1 AND e.scheduled_for >= $2::timestamptz - interval '1 minute' AND e.scheduled_for < $3::timestamptz + interval '1 second'
        AND e.created_at >= $2 AND e.created_at < $3 AND e.created_at - e.scheduled_for <= interval '1 minute'
        AND (e.state IS NULL OR e.state NOT IN ('missed', 'skipped'))
      ORDER BY e.scheduled_for DESC, e.id DESC LIMIT $4)
    UNION ALL
    (SELECT e.id, e.created_at FROM executions e
      WHERE e.tenant_id = $1 AND e.created_at >= $2 AND e.created_at < $3 AND e.created_at - e.scheduled_for > interval '1 minute'
        AND (e.state IS NULL OR e.state NOT IN ('missed', 'skipped'))
      ORDER BY e.created_at DESC LIMIT $4)
    ORDER BY 2 DESC LIMIT $4
  )
  SELECT ${COLUMNS}
    FROM found f JOIN executions e ON e.id = f.id AND e.tenant_id = $1 ${EXECUTION_VIEW.joins}
   ORDER BY coalesce(l.updated_at, e.finished_at, e.created_at) DESC, e.id DESC`,
);
