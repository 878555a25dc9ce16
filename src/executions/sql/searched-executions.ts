const JOINS: Readonly<Record<string, string>> = {
  job: 'JOIN jobs j ON j.id = e.job_id',
  live: 'LEFT JOIN live_runs l ON l.id = e.id',
  sheet: 'LEFT JOIN run_sheets s ON s.execution_id = e.id',
};

/**
 * FROM and WHERE of searches of executions: those of the tenant $1 that were not put away, with what is joined to them. Indexes: executions_by_number
 * (tenant_id, number), run_sheets_dismissed, live_runs_pkey, run_sheets_pkey, jobs_pkey.
 */
export const SEARCHED_EXECUTIONS = (joins: ReadonlySet<string>): string => `
  FROM executions e ${Object.keys(JOINS)
    .filter((name) => joins.has(name))
    .map((name) => JOINS[name])
    .join(' ')}
 WHERE e.tenant_id = $1
   AND NOT EXISTS (SELECT 1 FROM run_sheets d WHERE d.tenant_id = $1 AND d.number = e.number AND d.dismissed_at IS NOT NULL)`;
