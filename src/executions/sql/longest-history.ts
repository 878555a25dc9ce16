import { statement } from '../../database/statement.js';

/**
 * The longest time in days for which a tenant or job keeps its history, null for ever. $1 days for tenants that say nothing (0: for ever).
 * Index: none; it reads the tenants and those few jobs that differ from theirs, once in a turn.
 */
export const longestHistory = statement(
  'longest_history',
  `SELECT CASE WHEN bool_or(days = 0) THEN NULL ELSE max(days) END AS days
     FROM (SELECT coalesce(history_days, $1::int) AS days FROM tenants UNION ALL SELECT history_days FROM jobs WHERE history_days IS NOT NULL) d`,
);
