import { statement, type Statement } from '../../database/statement.js';

/** The due instant that so many executions of a tenant come before; no row: there are not so many. $1 tenant, $2 how many. Index: executions_by_time. */
export function nthInstant(direction: 'ASC' | 'DESC'): Statement {
  return statement(
    'nth_instant',
    `SELECT e.scheduled_for AS at FROM executions e WHERE e.tenant_id = $1 ORDER BY e.scheduled_for ${direction}, e.id ${direction} OFFSET $2::bigint LIMIT 1`,
  );
}
