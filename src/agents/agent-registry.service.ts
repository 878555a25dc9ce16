import { Inject, Injectable } from '@nestjs/common';
import { queryTx, type Tx } from '../database/database.js';
import { DispatchPool } from '../database/dispatch-pool.js';
import { newId } from '../kernel/ids.js';
import { AGENTS_ON_HOST } from './sql/agents-on-host.js';
import { DELETE_ENDED } from './sql/delete-ended.js';
import { END_EARLIER_LIVES } from './sql/end-earlier-lives.js';
import { HEARTBEAT } from './sql/heartbeat.js';
import { MARK_DEAD } from './sql/mark-dead.js';
import { MARK_LOST } from './sql/mark-lost.js';
import { REGISTER_AGENT } from './sql/register-agent.js';
import { SET_AGENT_STATE } from './sql/set-agent-state.js';

/** What an agent says of itself when it signs on. */
export interface AgentRegistration {
  readonly name: string;
  readonly kind: 'embedded' | 'remote';
  readonly hostname: string;
  readonly pid: number | null;
  /** Tells the process from a later one with the same pid. */
  readonly processIdentity: string | null;
  /** Runs at the same time. */
  readonly slots: number;
  /** Lower case. */
  readonly tags: readonly string[];
  /** Silence after which it counts as lost. */
  readonly leaseMs: number;
  /** Null: it serves every tenant. */
  readonly tenantId: string | null;
  /** What it signs its requests with; absent for workers of this process. */
  readonly credentialId?: string;
  /** Of its program. */
  readonly version?: string | null;
  /** Such as `linux x64`. */
  readonly platform?: string | null;
}

/** An agent that was taken out of service. */
export interface LostAgent {
  readonly id: string;
  readonly name: string;
  readonly hostname: string;
}

/** The life of agents: sign on, heartbeat, leave, be lost. An agent that has ended never comes back under its id. */
@Injectable()
export class AgentRegistry {
  constructor(@Inject(DispatchPool) private readonly pool: DispatchPool) {}

  /** Signs an agent on and returns its id. */
  async register(agent: AgentRegistration): Promise<string> {
    const id = newId();
    await this.pool.run(REGISTER_AGENT, valuesOf(id, agent));
    return id;
  }

  /** The same in the transaction in which an agent on another machine gets its credential. Its earlier life, if it goes on, ends as lost. */
  async registerTx(tx: Tx, agent: AgentRegistration & { readonly credentialId: string }): Promise<string> {
    const id = newId();
    await queryTx(tx, END_EARLIER_LIVES, [agent.credentialId]);
    await queryTx(tx, REGISTER_AGENT, valuesOf(id, agent));
    return id;
  }

  /** `lost`: the agent was declared lost or has left; its runs are no longer its own and it must register anew. */
  async heartbeat(id: string): Promise<'ok' | 'lost'> {
    const prolonged = await this.pool.run(HEARTBEAT, [id]);
    return prolonged.length > 0 ? 'ok' : 'lost';
  }

  /** Announces that the agent takes nothing more, or that it leaves in good order. */
  async setState(id: string, state: 'draining' | 'offline'): Promise<void> {
    await this.pool.run(SET_AGENT_STATE, [id, state]);
  }

  /** Forgets up to `limit` agents that ended more than `days` ago and hold no run; answers how many. */
  async removeEnded(days: number, limit: number): Promise<number> {
    return (await this.pool.run(DELETE_ENDED, [days, limit])).length;
  }

  /** Declares every agent lost whose lease ran out by the database's clock, and returns them. */
  async markLost(): Promise<LostAgent[]> {
    return this.pool.run<LostAgent & Record<string, unknown>>(MARK_LOST, []);
  }

  /**
   * Declares those agents of this machine lost whose process is gone, without waiting for their leases, and returns them. Only
   * the machine itself can know that.
   */
  async markDeadOnHost(
    hostname: string,
    isAlive: (pid: number, identity: string) => boolean | Promise<boolean>,
  ): Promise<LostAgent[]> {
    const agents = await this.pool.run<{ id: string; pid: number; processIdentity: string }>(AGENTS_ON_HOST, [
      hostname,
    ]);
    const alive = await Promise.all(agents.map(async (agent) => isAlive(agent.pid, agent.processIdentity)));
    const dead = agents.filter((_agent, i) => !alive[i]).map((agent) => agent.id);
    return dead.length === 0 ? [] : this.pool.run<LostAgent & Record<string, unknown>>(MARK_DEAD, [dead]);
  }
}

function valuesOf(id: string, agent: AgentRegistration): unknown[] {
  const { tenantId, name, kind, hostname, pid, processIdentity, slots, tags, leaseMs } = agent;
  const { credentialId = null, version = null, platform = null } = agent;
  const own = [id, tenantId, name, kind, hostname, pid, processIdentity, slots, tags, leaseMs];
  return [...own, credentialId, version, platform];
}
