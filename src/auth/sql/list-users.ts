import { statement } from '../../database/statement.js';

/**
 * Users by name, with their role in a tenant. $1 tenant; $2 false: its members and its own accounts only, true: everybody; $3 only this user; $4 after this
 * name; $5 rows; $6 only this name. Null: no such filter. Index: users_by_name, primary keys of users and memberships.
 */
export const LIST_USERS = statement(
  'auth-list-users',
  `SELECT u.id, u.username, u.is_system_admin AS "isSystemAdmin", u.home_tenant_id AS "homeTenantId", u.disabled_at AS "disabledAt",
          u.created_by AS "createdBy", u.created_at AS "createdAt", u.password_changed_at AS "passwordChangedAt", m.role
   FROM users u LEFT JOIN memberships m ON m.user_id = u.id AND m.tenant_id = $1
   WHERE ($2 OR m.role IS NOT NULL OR u.home_tenant_id = $1) AND ($3::uuid IS NULL OR u.id = $3) AND ($4::text IS NULL OR lower(u.username) > lower($4))
     AND ($6::text IS NULL OR lower(u.username) = lower($6))
   ORDER BY lower(u.username) LIMIT $5`,
);
