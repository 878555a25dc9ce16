import { statement } from '../../database/statement.js';

/** Locks the jobs of a group, deleted ones too, in the order of their ids. $1 tenant, $2 group. Index: jobs_by_group. */
export const holdJobsOfGroup = statement(
  'hold_jobs_of_group',
  `SELECT id, deleted_at IS NOT NULL AS "isDeleted" FROM jobs WHERE tenant_id = $1 AND group_id = $2 ORDER BY id FOR NO KEY UPDATE`,
);
