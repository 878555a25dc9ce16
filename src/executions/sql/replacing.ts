/**
 * Scalar for the answer of a statement with `ADMISSION`: the gates at which a run waits for which the active ones shall be stopped, or null.
 * Index: none, this is a part of statements.
 */
export const REPLACING = `(SELECT array_agg(DISTINCT v.gate_id) FROM verdict v JOIN written w ON w.id = v.id WHERE v.replaces)`;
