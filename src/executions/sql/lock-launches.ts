import { statement } from '../../database/statement.js';

/**
 * Makes the launches of a tenant wait for each other until their transactions end, so that their numbers become visible in order. $1 tenant. Taken before
 * anything else. No index: an advisory lock.
 */
export const lockLaunches = statement(
  'lock_launches',
  `SELECT pg_advisory_xact_lock(hashtextextended('carillon launches ' || $1::text, 0))::text AS locked`,
);
