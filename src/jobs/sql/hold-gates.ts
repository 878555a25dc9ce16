import { statement } from '../../database/statement.js';

/** Locks gates that an edit is about to change, in the order of their ids. $1 ids. Index: gates_pkey. */
export const holdGates = statement(
  'hold_gates',
  'SELECT id, active, queued FROM gates WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE',
);
