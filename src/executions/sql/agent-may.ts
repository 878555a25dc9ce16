/**
 * The join condition of agents `a` with queues `k` and their tenants `t`: `agent` is online and may take from the queue. One of a tenant gets only what is its own, and a
 * shared one nothing of a tenant that has its own agents only. Index: agents_pkey.
 */
export const AGENT_MAY = (agent: '$5' | '$27'): string => `a.id = ${agent} AND a.state = 'online'
       AND CASE WHEN a.tenant_id IS NULL THEN NOT t.dedicated_agents_only ELSE a.tenant_id = k.tenant_id END`;
