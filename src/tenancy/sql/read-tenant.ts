import { statement } from '../../database/statement.js';

/** A tenant by name. Index: unique (name). */
export const READ_TENANT = statement('tenant-read', `SELECT id, name FROM tenants WHERE name = $1`);
