import { statement } from '../../database/statement.js';
import { EXECUTION_VIEW } from './execution-view.js';
import { FREE_RUNS } from './free-runs.js';
import { NEWS } from './news.js';

/**
 * The same as `enqueueFree` for a single run, with the whole execution as its answer, as it was made: whoever asks for it gets that, however soon a worker takes it. Not for
 * many runs: the join of what was written would be a nested loop.
 * Indexes: as `enqueueFree`, jobs_pkey, agents_pkey.
 */
export const enqueueOne = statement(
  'enqueue_one',
  `${FREE_RUNS} SELECT ${EXECUTION_VIEW.columns}, ${NEWS} FROM written e ${EXECUTION_VIEW.joinsWith('live')}`,
);
