import { statement } from '../../database/statement.js';

/** Makes or changes the gate of a job. $1 id, $2 tenant, $3 max_active, $4 max_queued. Index: gates_pkey. */
export const putGate = statement(
  'put_gate',
  `INSERT INTO gates (id, tenant_id, max_active, max_queued) VALUES ($1, $2, $3, $4)
       ON CONFLICT (id) DO UPDATE SET max_active = EXCLUDED.max_active, max_queued = EXCLUDED.max_queued`,
);
