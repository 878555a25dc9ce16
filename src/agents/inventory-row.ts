/** An inventory agent as the table holds it. */
export interface InventoryRow {
  readonly id: string;
  readonly hostname: string;
  readonly port: number | null;
  readonly attributes: Record<string, unknown>;
  readonly registeredAt: Date;
  readonly lastHeardAt: Date;
}

/** An inventory agent among the others (an `AgentRow`): without process, slots, runs and lease. */
export function agentRowOf(row: InventoryRow) {
  return {
    id: row.id,
    name: row.hostname,
    kind: 'inventory' as const,
    hostname: row.hostname,
    pid: null,
    slots: 0,
    running: 0,
    tags: [] as string[],
    state: 'announced' as const,
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
