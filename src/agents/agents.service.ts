import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { AgentTags } from '../tags/agent-tags.service.js';
import { notFound } from '../kernel/domain-error.js';
import type { AgentState } from './agent.entity.js';
import { agentRowOf, type InventoryRow } from './inventory-row.js';
import { LIST_AGENTS } from './sql/list-agents.js';
import { LIST_INVENTORY } from './sql/list-inventory.js';
import { READ_AGENT } from './sql/read-agent.js';
import { READ_INVENTORY } from './sql/read-inventory.js';

/** `inventory`: announced by another system and never given work. */
export type AgentKind = 'embedded' | 'remote' | 'inventory';

/** A run that an agent holds. */
export interface HeldRunRow {
  readonly id: string;
  readonly jobId: string;
  readonly jobName: string;
  readonly state: 'running' | 'cancelling' | 'force_cancelling';
  readonly attempt: number;
  /** As PostgreSQL writes instants into JSON. */
  readonly since: string;
}

/** An agent and how many runs it holds. */
export interface AgentRow {
  readonly id: string;
  readonly name: string;
  readonly kind: AgentKind;
  readonly hostname: string;
  readonly pid: number | null;
  readonly slots: number;
  readonly running: number;
  /** Declared by the agent, in lower case. */
  readonly tags: string[];
  readonly state: AgentState | 'announced';
  /** Null: it has none. */
  readonly leaseMs: number | null;
  readonly registeredAt: Date;
  readonly lastHeartbeatAt: Date;
  readonly endedAt: Date | null;
  readonly version: string | null;
  readonly platform: string | null;
  readonly isShared: boolean;
  /** Of the caller's tenant, at most 100. */
  readonly runs: HeldRunRow[];
  /** What an inventory agent says of itself. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** An agent with the tags that the tenant attached to it, sorted. */
export type TaggedAgent = AgentRow & { readonly attachedTags: readonly string[] };

/** Filters of a list of agents; null: not filtered. */
export interface AgentFilter {
  readonly states: readonly (AgentState | 'announced')[] | null;
  readonly kinds: readonly AgentKind[] | null;
  /** All of which an agent must carry, declared or attached, in any case. */
  readonly tags: readonly string[] | null;
}

/** Reads the agents that serve the tenant of the request. Their life is `AgentRegistry`'s. */
@Injectable()
export class AgentsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AgentTags) private readonly attached: AgentTags,
  ) {}

  /** Up to `rows` agents, newest first, after the agent `after`. Three statements however many they are. */
  async list(filter: AgentFilter, after: string | null, rows: number): Promise<TaggedAgent[]> {
    const tags = filter.tags?.map((tag) => tag.toLowerCase()) ?? null;
    const [workers, inventory] = await Promise.all([
      this.database.query<AgentRow>(LIST_AGENTS, [currentTenant().id, filter.states, after, rows, filter.kinds, tags]),
      this.inventory(filter, tags, after, rows),
    ]);
    return this.tagged([...workers, ...inventory].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, rows));
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<TaggedAgent> {
    const values = [currentTenant().id, id];
    const [worker] = await this.database.query<AgentRow>(READ_AGENT, values);
    const [known] = worker ? [] : await this.database.query<InventoryRow>(READ_INVENTORY, values);
    const [agent] = await this.tagged(worker ? [worker] : known ? [agentRowOf(known)] : []);
    if (!agent) throw notFound('agent', id);
    return agent;
  }

  private async inventory(
    { states, kinds }: AgentFilter,
    tags: readonly string[] | null,
    after: string | null,
    rows: number,
  ): Promise<AgentRow[]> {
    if (states?.includes('announced') === false || kinds?.includes('inventory') === false) return [];
    const found = await this.database.query<InventoryRow>(LIST_INVENTORY, [currentTenant().id, after, tags, rows]);
    return found.map(agentRowOf);
  }

  private async tagged(agents: readonly AgentRow[]): Promise<TaggedAgent[]> {
    const tags = await this.attached.tagsOfAgents(agents.map(({ id }) => id));
    return agents.map((agent) => ({ ...agent, attachedTags: tags.get(agent.id) ?? [] }));
  }
}
