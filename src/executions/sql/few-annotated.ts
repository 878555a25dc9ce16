import { statement } from '../../database/statement.js';
import { annotatedMatching } from './annotated-matching.js';
import { ANNOTATED_ROW } from './annotated-row.js';

/**
 * A slice in the order of their making with the total, in one pass: for filters that let few through, of which a walk in order would look at nearly all runs until it is full. $1 to
 * $21 as in `annotatedMatching`, $22 whether the order falls, $23 rows to leave out, $24 rows. One row at least; without a slice it has no id. Indexes: as in `annotatedMatching`.
 */
export const fewAnnotated = statement(
  'few_annotated',
  `WITH found AS MATERIALIZED (SELECT e.id, e.scheduled_for ${annotatedMatching('all')}),
        cut AS MATERIALIZED (
          SELECT f.id, row_number() OVER () AS place
            FROM (SELECT id FROM found ORDER BY CASE WHEN $22::boolean THEN scheduled_for END DESC, CASE WHEN NOT $22::boolean THEN scheduled_for END, id OFFSET $23 LIMIT $24) f)
   SELECT (SELECT count(*) FROM found)::int AS total, r.*
     FROM (SELECT) one LEFT JOIN (SELECT p.place, ${ANNOTATED_ROW.columns} FROM cut p ${ANNOTATED_ROW.joins}) r ON true
    ORDER BY r.place`,
);
