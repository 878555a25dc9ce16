import { statement } from '../../database/statement.js';

/** Names of groups. $1 tenant, $2 ids. Index: job_groups_pkey. */
export const groupNames = statement(
  'group_names',
  'SELECT id, name FROM job_groups WHERE tenant_id = $1 AND id = ANY ($2::uuid[])',
);
