import { statement } from '../../database/statement.js';

/** Creates a tenant unless its name is taken. Values: id, name, description. Index: unique (name). */
export const INSERT_TENANT = statement(
  'tenant-insert',
  `INSERT INTO tenants (id, name, description) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING RETURNING id, name`,
);
