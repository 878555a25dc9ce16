import { statement } from '../../database/statement.js';

/**
 * Locks gates, and the gates after them, in the order of their ids. $1 ids. Answers each with the gate that comes after it now; one that was
 * put there while we waited is not locked yet. Index: gates_pkey.
 */
export const lockGates = statement(
  'lock_gates',
  `SELECT id, next_gate_id AS "nextGateId" FROM gates
    WHERE id = ANY (ARRAY(SELECT unnest($1::uuid[])
                           UNION SELECT g.next_gate_id FROM gates g WHERE g.id = ANY ($1::uuid[]) AND g.next_gate_id IS NOT NULL))
    ORDER BY id FOR UPDATE`,
);
