import { statement } from '../../database/statement.js';

/** Queues that have pending runs for workers, for a worker that may have missed a notification. Indexes: live_pending, tenants_pkey. */
export const waitingQueues = statement(
  'waiting_queues',
  `SELECT q.id, q.tenant_id AS "tenantId", q.required_tags AS "requiredTags", q.excluded_tags AS "excludedTags",
          t.dedicated_agents_only AS "isDedicated"
     FROM queues q JOIN tenants t ON t.id = q.tenant_id CROSS JOIN LATERAL (
       SELECT 1 FROM live_runs l WHERE l.queue_id = q.id AND l.state = 'pending' ORDER BY l.priority DESC, l.run_at, l.id LIMIT 1) x
    WHERE NOT q.is_external`,
);
