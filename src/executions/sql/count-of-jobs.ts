import { statement } from '../../database/statement.js';
import { ALL_OF_TENANT } from './all-of-tenant.js';

/** How many executions jobs have. $1 tenant, $2 ids of the jobs. Indexes: execution_counts_pkey, executions_by_number (tenant_id, number) INCLUDE (job_id). */
export const countOfJobs = statement(
  'count_of_jobs',
  `SELECT ${ALL_OF_TENANT('', 'e.job_id = ANY ($2::uuid[])')}::int AS total`,
);
