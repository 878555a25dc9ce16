import type { CompiledSearch } from '../../database/row-search.js';
import { statement, type Statement } from '../../database/statement.js';

/**
 * The different names of sheets that were not put away, and the empty one of runs without a sheet, each with whether a condition on `u.name` means it; one after the other from the index,
 * so it costs as much as there are names. $1 tenant, $2 how many names at most; the values of the condition follow. Indexes: run_sheets_by_profile, run_sheets_by_device.
 */
export function namesMatching({ where }: CompiledSearch, column: 'profile_name' | 'device_name'): Statement {
  const next = (beyond: string): string =>
    `SELECT s.${column} COLLATE "C" AS name FROM run_sheets s WHERE s.tenant_id = $1 AND s.dismissed_at IS NULL ${beyond} ORDER BY 1 LIMIT 1`;
  return statement(
    'names_matching',
    `WITH RECURSIVE u(name) AS (
       SELECT '' COLLATE "C"
        UNION ALL
       SELECT (${next(`AND s.${column} COLLATE "C" > u.name`)}) FROM u WHERE u.name IS NOT NULL
     )
     SELECT u.name, ${where} AS "isMeant" FROM u WHERE u.name IS NOT NULL LIMIT $2::bigint`,
  );
}
