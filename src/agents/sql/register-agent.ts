import { statement } from '../../database/statement.js';

/** Values: id, tenant (null: all), name, kind, hostname, pid, process identity, slots, tags, lease in ms, credential, version, platform. No index: an insert. */
export const REGISTER_AGENT = statement(
  'agent-register',
  `INSERT INTO agents (id, tenant_id, name, kind, hostname, pid, process_identity, slots, tags, state, lease_ms, registered_at, last_heartbeat_at,
                       credential_id, version, platform)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'online', $10, clock_timestamp(), clock_timestamp(), $11, $12, $13)`,
);
