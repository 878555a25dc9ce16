import { statement } from '../../database/statement.js';

/** Tenants by name. $1 only these ids; $2 only this one; $3 after this name; $4 rows. Null: no such filter. Index: unique (name), primary key. */
export const LIST_TENANTS = statement(
  'tenants-list',
  `SELECT id, name, description, forbidden_job_classes AS "forbiddenJobClasses", max_running AS "maxRunning",
          dedicated_agents_only AS "dedicatedAgentsOnly", history_days AS "historyDays", audit_log_days AS "auditLogDays",
          created_at AS "createdAt" FROM tenants
   WHERE ($1::uuid[] IS NULL OR id = ANY ($1)) AND ($2::uuid IS NULL OR id = $2) AND ($3::text IS NULL OR name > $3)
   ORDER BY name LIMIT $4`,
);
