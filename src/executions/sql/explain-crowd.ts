import { statement } from '../../database/statement.js';

/**
 * What stands in the way of a waiting run beside agents. $1 tenant, $2 queue, $3 priority, $4 run_at, $5 id (nulls: no run, only its job is
 * asked about), $6 gate or null, $7 interfaces, $8 required tags, $9 excluded tags, $10 whether agents of other tenants are counted,
 * $11 most runs that are counted ahead, $12 most holders that are named.
 * Those ahead are the first of the walk, so that no more of the queue is read than is counted.
 * Indexes: live_pending, live_by_agent, queues_by_interface; none for the runs of a gate, which are looked for among the live ones.
 */
export const explainCrowd = statement(
  'explain_crowd',
  `SELECT (SELECT count(*)::int FROM (SELECT l.priority, l.run_at, l.id FROM live_runs l WHERE l.queue_id = $2::int AND l.state = 'pending'
                                       ORDER BY l.priority DESC, l.run_at, l.id LIMIT $11) a
            WHERE (-a.priority, a.run_at, a.id) < (-$3::int, $4::timestamptz, $5::uuid)) AS ahead,
          (SELECT count(*)::int FROM live_runs l WHERE l.agent_id IS NOT NULL AND l.tenant_id = $1) AS running,
          (SELECT coalesce(jsonb_agg(h ORDER BY h->>'executionId'), '[]')
             FROM (SELECT jsonb_build_object('executionId', l.id, 'jobId', l.job_id, 'state', l.state) AS h FROM live_runs l
                    WHERE l.tenant_id = $1 AND l.held_by IS DISTINCT FROM $6::uuid
                      AND (l.gate_id = $6 OR (l.held_by IS NULL AND l.gate_id IN (SELECT j.id FROM gates j WHERE j.next_gate_id = $6)))
                    ORDER BY l.id LIMIT $12) x) AS "gateHolders",
          (SELECT coalesce(jsonb_agg(h ORDER BY h->>'interface', h->>'agentId'), '[]')
             FROM (SELECT jsonb_build_object('interface', i.interface, 'agentId', i.agent_id, 'executionId', i.execution_id, 'since', i.since) AS h
                     FROM interface_holders($7::text[]) i) x) AS "interfaceHolders",
          CASE WHEN $10 THEN foreign_agents($8::text[], $9::text[]) ELSE 0 END AS "foreignAgents"`,
);
