import { statement } from '../../database/statement.js';
import { DUE_TRIGGER_COLUMNS } from './due-trigger-columns.js';

/** Triggers by id, as far as they have a next instant. $1 ids. Index: triggers_pkey. */
export const triggersById = statement(
  'triggers_by_id',
  `SELECT ${DUE_TRIGGER_COLUMNS} FROM triggers t WHERE t.id = ANY ($1::uuid[]) AND t.next_fire_at IS NOT NULL`,
);
