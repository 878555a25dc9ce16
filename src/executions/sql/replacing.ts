/**
 * Scalar for the answer of a statement with `ADMISSION`: the gates at which a run waits for which the active ones shall be stopped, or null.
 * Index: none, this is a part of statements.
 */
export const REPLACING = `(SELECT array_agg(DISTINCT v.gate_id) FROM verdict v WHERE v.replaces AND (v.id IN (SELECT id FROM written)) IS TRUE)`;
