import { statement } from '../../../database/statement.js';

/**
 * What a backfill would do with instants. $1 tenant, $2 trigger, $3 instants. Answers those that have an execution, with its state (null:
 * unfinished) and whether a backfill has made up for it. Indexes: executions_once, executions_made_up_once.
 */
export const judgeInstants = statement(
  'judge_instants',
  `SELECT e.scheduled_for AS at, e.state, EXISTS (SELECT 1 FROM executions m WHERE m.retry_of = e.id AND m.source = 'backfill') AS "isMadeUp"
     FROM executions e WHERE e.tenant_id = $1 AND e.trigger_id = $2 AND e.scheduled_for = ANY ($3::timestamptz[])`,
);
