import { statement } from '../../database/statement.js';
import { EXECUTION_VIEW } from './execution-view.js';

/** One execution. $1 tenant, $2 id. Index: executions_pkey, live_runs_pkey. */
export const readExecution = statement(
  'read_execution',
  `SELECT ${EXECUTION_VIEW.columns} FROM executions e ${EXECUTION_VIEW.joins} WHERE e.tenant_id = $1 AND e.id = $2`,
);
