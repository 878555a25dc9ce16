import type { AgentRow } from './agents.service.js';

/** An inventory agent as the table holds it. */
export interface InventoryRow {
  readonly id: string;
  readonly hostname: string;
  readonly port: number;
  readonly attributes: Record<string, unknown>;
  readonly registeredAt: Date;
  readonly lastHeardAt: Date;
}

/** An inventory agent among the others: without process, slots, runs and lease. */
export function agentRowOf(row: InventoryRow): AgentRow {
  return {
    id: row.id,
    name: row.hostname,
    kind: 'inventory',
    hostname: row.hostname,
    pid: null,
    slots: 0,
    running: 0,
    tags: [],
    state: 'announced',
    leaseMs: null,
    registeredAt: row.registeredAt,
    lastHeartbeatAt: row.lastHeardAt,
    endedAt: null,
    version: null,
    platform: null,
    isShared: false,
    runs: [],
    attributes: row.attributes,
  };
}
