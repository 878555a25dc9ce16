import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { notFound } from '../kernel/domain-error.js';
import type { AgentState } from './agent.entity.js';
import { LIST_AGENTS } from './sql/list-agents.js';
import { READ_AGENT } from './sql/read-agent.js';

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
  readonly kind: 'embedded' | 'remote';
  readonly hostname: string;
  readonly pid: number | null;
  readonly slots: number;
  readonly running: number;
  readonly tags: string[];
  readonly state: AgentState;
  readonly leaseMs: number;
  readonly registeredAt: Date;
  readonly lastHeartbeatAt: Date;
  readonly endedAt: Date | null;
  readonly version: string | null;
  readonly platform: string | null;
  readonly isShared: boolean;
  /** Of the caller's tenant, at most 100. */
  readonly runs: HeldRunRow[];
}

/** Reads the agents that serve the tenant of the request. Their life is `AgentRegistry`'s. */
@Injectable()
export class AgentsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Up to `rows` agents, newest first, after the agent `after`. */
  async list({
    states,
    after,
    rows,
  }: {
    states: readonly AgentState[] | null;
    after: string | null;
    rows: number;
  }): Promise<AgentRow[]> {
    return this.database.query<AgentRow>(LIST_AGENTS, [currentTenant().id, states, after, rows]);
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<AgentRow> {
    const [agent] = await this.database.query<AgentRow>(READ_AGENT, [currentTenant().id, id]);
    if (!agent) throw notFound('agent', id);
    return agent;
  }
}
