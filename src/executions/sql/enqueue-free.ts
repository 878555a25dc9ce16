import { insertEntry } from '../../audit-log/entry-part.js';
import { statement } from '../../database/statement.js';
import { FREE_RUNS } from './free-runs.js';
import { NEWS } from './news.js';

/**
 * The same as `enqueueAlone` for jobs that no rule limits, with the same parameters. Answers id, state and what is to be announced; no row when `FREE_RUNS` makes nothing:
 * ask `enqueueAlone` then.
 * Indexes: jobs_listed or jobs_pkey, queues_pkey, tenants_pkey.
 */
export const enqueueFree = statement(
  'enqueue_free',
  `${FREE_RUNS({
    lock: 'FOR SHARE OF j',
    placed: 'SELECT o.*, NULL::uuid AS taker FROM occurrence o',
    audit: `${insertEntry(17)} WHERE EXISTS (SELECT 1 FROM occurrence)`,
  })}
  SELECT l.id, l.state, ${NEWS} FROM live l`,
);
