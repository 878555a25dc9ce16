import { statement } from '../../database/statement.js';

/** Locks gates in the order of their ids. $1 ids. Index: gates_pkey. */
export const lockGates = statement(
  'lock_gates',
  'SELECT id FROM gates WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE',
);
