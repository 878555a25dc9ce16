import { statement } from '../../../database/statement.js';
import { ADMISSION } from '../../sql/admission.js';
import { NEWS } from '../../sql/news.js';

/**
 * Makes the next executions of a backfill, which is locked, as are its job and gates. $1 backfill; per candidate in the order of the
 * backfill: $2 id, $3 instant; $4 executions to make at most. Candidates are taken until one more would be made than that. An instant
 * that has an execution is left alone; with include_missed one that was missed or skipped gets a new execution that points to it, unless a
 * backfill has done so before. Two backfills of one trigger at once meet in executions_once and executions_made_up_once: one wins.
 * Answers how many candidates were taken. Indexes: backfills_pkey, jobs_pkey, executions_once, executions_made_up_once, gates_pkey.
 */
export const feedBackfill = statement(
  'feed_backfill',
  `WITH backfill AS MATERIALIZED (SELECT * FROM backfills WHERE id = $1),
  asked AS (SELECT * FROM unnest($2::uuid[], $3::timestamptz[]) WITH ORDINALITY AS a(id, at, place)),
  judged AS (
    SELECT a.id, a.at, a.place, k.id AS known,
           k.id IS NULL OR (b.include_missed AND k.state IN ('missed', 'skipped') AND NOT EXISTS (
             SELECT 1 FROM executions m WHERE m.retry_of = k.id AND m.source = 'backfill')) IS TRUE AS wanted
      FROM asked a CROSS JOIN backfill b LEFT JOIN executions k ON k.trigger_id = b.trigger_id AND k.scheduled_for = a.at
  ),
  ranked AS (SELECT j.*, count(*) FILTER (WHERE j.wanted) OVER (ORDER BY j.place) AS nth FROM judged j),
  taken AS MATERIALIZED (SELECT * FROM ranked WHERE nth <= $4::int),
  occurrence AS (
    SELECT t.id, j.tenant_id, j.id AS job_id, CASE WHEN t.known IS NULL THEN b.trigger_id END AS trigger_id, 'backfill' AS source,
           t.known AS retry_of, t.at AS scheduled_for, now() AS run_at, NULL::text AS missed_reason, j.job_class, j.args, j.parameters,
           j.interfaces, j.queue_id, j.gate_id, j.group_gate_id, j.priority, b.created_by, false AS forced, NULL::text AS if_busy,
           false AS awaited
      FROM taken t CROSS JOIN backfill b JOIN jobs j ON j.id = b.job_id
     WHERE t.wanted
  ),${ADMISSION('ON CONFLICT DO NOTHING')},
  noted AS (
    INSERT INTO backfill_runs (backfill_id, execution_id, tenant_id) SELECT b.id, l.id, b.tenant_id FROM live l CROSS JOIN backfill b
  ),
  moved AS (
    UPDATE backfills b
       SET cursor_at = (SELECT t.at FROM taken t ORDER BY t.place DESC LIMIT 1),
           created = b.created + (SELECT count(*) FROM written),
           left_alone = b.left_alone + (SELECT count(*) FROM taken) - (SELECT count(*) FROM written),
           updated_at = now()
     WHERE b.id = $1 AND EXISTS (SELECT 1 FROM taken)
  )
  SELECT (SELECT count(*)::int FROM taken) AS taken, (SELECT count(*)::int FROM written) AS made, ${NEWS}`,
);
