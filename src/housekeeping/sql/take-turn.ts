import { statement } from '../../database/statement.js';

/**
 * Takes the turn of a task, if it is due. $1 task, $2 milliseconds until the next turn. One row for who has it, none for all others.
 * Index: housekeeping_pkey.
 */
export const TAKE_TURN = statement(
  'housekeeping-take-turn',
  `INSERT INTO housekeeping (task, next_at, last_begun_at) VALUES ($1, now() + $2 * interval '1 millisecond', now())
       ON CONFLICT (task) DO UPDATE SET next_at = EXCLUDED.next_at, last_begun_at = EXCLUDED.last_begun_at WHERE housekeeping.next_at <= now()
   RETURNING task`,
);
