import { statement } from '../../database/statement.js';

/** The gates that a new run of the job of an execution comes to. $1 tenant, $2 execution. Indexes: executions_pkey, jobs_pkey. */
export const gatesOfRun = statement(
  'gates_of_run',
  `SELECT j.gate_id AS "gateId" FROM executions e JOIN jobs j ON j.id = e.job_id WHERE e.tenant_id = $1 AND e.id = $2 AND j.gate_id IS NOT NULL`,
);
