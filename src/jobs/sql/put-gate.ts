import { statement } from '../../database/statement.js';

/**
 * Makes or changes the gate of a job or group. $1 id, $2 tenant, $3 max_active, $4 max_queued, $5 on_full, $6 queue_on_request, $7 the gate after
 * a new one; that of an existing one stays, because runs have to be moved with it. An existing one is locked before, in the order of ids.
 * Index: gates_pkey.
 */
export const putGate = statement(
  'put_gate',
  `INSERT INTO gates (id, tenant_id, max_active, max_queued, on_full, queue_on_request, next_gate_id) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (id) DO UPDATE SET max_active = EXCLUDED.max_active, max_queued = EXCLUDED.max_queued, on_full = EXCLUDED.on_full,
                                      queue_on_request = EXCLUDED.queue_on_request`,
);
