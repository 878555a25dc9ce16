import { statement } from '../../database/statement.js';

/**
 * Users with their numbers: those of the names, or with null the members of a tenant and the system administrators. $1 names or null, $2 tenant.
 * Index: users_by_name, memberships_by_user.
 */
export const USER_NUMBERS = statement(
  'auth-user-numbers',
  `SELECT u.username, u.number FROM users u
    WHERE CASE WHEN $1::text[] IS NULL THEN u.is_system_admin OR EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.tenant_id = $2::uuid)
               ELSE u.username = ANY ($1) END`,
);
