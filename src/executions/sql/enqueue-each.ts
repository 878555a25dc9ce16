import { insertEntries } from '../../audit-log/entry-part.js';
import { statement } from '../../database/statement.js';
import { EXECUTION_VIEW } from './execution-view.js';
import { FREE_RUNS } from './free-runs.js';
import { NEWS } from './news.js';

/**
 * Makes runs that different requests of one tenant asked for, each with an audit entry of its own: $1 to $16 as `enqueueAlone`, $17 to $26 the entries, an array for each
 * column, in the order of the runs. Answers the whole executions as they were made, so that each request has its answer, however soon a worker takes the run. What
 * `FREE_RUNS` does not make is missing, as are runs of a job that somebody is changing: nobody here shall wait for another's job. For some dozens of runs: what was written is
 * joined by a nested loop.
 * Indexes: as `enqueueFree`, jobs_pkey, agents_pkey.
 */
export const enqueueEach = statement(
  'enqueue_each',
  `${FREE_RUNS('FOR SHARE OF j SKIP LOCKED', `${insertEntries(17, '$2::uuid[]')} WHERE e.made IN (SELECT id FROM occurrence)`)}
  SELECT ${EXECUTION_VIEW.columns}, ${NEWS} FROM written e ${EXECUTION_VIEW.joinsWith('live')}`,
);
