import { statement, type Statement } from '../../database/statement.js';

/** The number that so many executions of a tenant come before; no row: there are not so many. $1 tenant, $2 how many. Index: executions_by_number. */
export function nthNumber(direction: 'ASC' | 'DESC'): Statement {
  return statement(
    'nth_number',
    `SELECT e.number FROM executions e WHERE e.tenant_id = $1 ORDER BY e.number ${direction} OFFSET $2::bigint LIMIT 1`,
  );
}
