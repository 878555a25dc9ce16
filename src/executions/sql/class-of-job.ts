import { statement } from '../../database/statement.js';

/** What decides how a run of a job can be made. $1 tenant, $2 job. Indexes: jobs_pkey, tenants_pkey. */
export const classOfJob = statement(
  'class_of_job',
  `SELECT j.job_class AS "jobClass", t.forbidden_job_classes AS "forbiddenJobClasses", j.gate_id IS NOT NULL OR j.group_gate_id IS NOT NULL AS "isLimited"
     FROM jobs j JOIN tenants t ON t.id = j.tenant_id
    WHERE j.tenant_id = $1 AND j.id = $2 AND j.deleted_at IS NULL`,
);
