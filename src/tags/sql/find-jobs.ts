import { statement } from '../../database/statement.js';

/**
 * Jobs that are not deleted, by id or by number, in the order of the lock. Values: tenant, ids, numbers.
 * Indexes: primary key (id), unique (number).
 */
export const FIND_JOBS = statement(
  'tags-find-jobs',
  `SELECT id, number, name FROM jobs
    WHERE tenant_id = $1 AND deleted_at IS NULL AND (id = ANY ($2::uuid[]) OR number = ANY ($3::bigint[]))
    ORDER BY id FOR KEY SHARE`,
);
