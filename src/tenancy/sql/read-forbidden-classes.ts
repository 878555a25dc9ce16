import { statement } from '../../database/statement.js';

/** The patterns of job classes that a tenant may not use. Value: id. Index: tenants_pkey. */
export const READ_FORBIDDEN_CLASSES = statement(
  'tenant-read-forbidden-classes',
  `SELECT forbidden_job_classes AS patterns FROM tenants WHERE id = $1`,
);
