import { statement } from '../../database/statement.js';

/** Whether there is any user. No index: the first row answers. */
export const HAS_USERS = statement('auth-has-users', `SELECT EXISTS (SELECT FROM users) AS exist`);
