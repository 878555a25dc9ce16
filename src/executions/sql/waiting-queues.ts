import { statement } from '../../database/statement.js';

/** Queues that have pending runs, for a worker that may have missed a notification. Index: live_pending. */
export const waitingQueues = statement(
  'waiting_queues',
  `SELECT q.id, q.tenant_id AS "tenantId", q.required_tags AS "requiredTags", q.excluded_tags AS "excludedTags"
     FROM queues q CROSS JOIN LATERAL (
       SELECT 1 FROM live_runs l WHERE l.queue_id = q.id AND l.state = 'pending' ORDER BY l.priority DESC, l.run_at, l.id LIMIT 1) x`,
);
