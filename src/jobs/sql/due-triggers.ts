import { statement } from '../../database/statement.js';
import { DUE_TRIGGER_COLUMNS } from './due-trigger-columns.js';

/**
 * A page of the triggers that fire before the horizon. $1 horizon in milliseconds, $2 and $3 the last (next_fire_at, id) of the page before,
 * $4 page size. Index: triggers_due (next_fire_at, id) WHERE next_fire_at IS NOT NULL.
 */
export const dueTriggers = statement(
  'due_triggers',
  `SELECT ${DUE_TRIGGER_COLUMNS}
     FROM triggers t
    WHERE t.next_fire_at <= now() + $1 * interval '1 millisecond' AND (t.next_fire_at, t.id) > ($2::timestamptz, $3::uuid)
    ORDER BY t.next_fire_at, t.id
    LIMIT $4`,
);
