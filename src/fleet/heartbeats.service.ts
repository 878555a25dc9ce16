import { Inject, Injectable } from '@nestjs/common';
import { AgentRegistry } from '../agents/agent-registry.service.js';
import type { Heartbeat, HeartbeatAnswer } from '../agents/agent-protocol.js';
import { hasEnded, RemoteAgents } from '../agents/remote-agents.service.js';
import { Reconciliation } from './reconciliation.service.js';
import { WorkSignals } from './work-signals.service.js';

/** A run that the agent does not name this long after it was handed out has never reached it. Longer than any answer is under way. */
const UNHEARD_MS = 10_000;

/** Signs of life, and what the server has to say to them. */
@Injectable()
export class Heartbeats {
  constructor(
    @Inject(AgentRegistry) private readonly registry: AgentRegistry,
    @Inject(RemoteAgents) private readonly agents: RemoteAgents,
    @Inject(Reconciliation) private readonly reconciliation: Reconciliation,
    @Inject(WorkSignals) private readonly signals: WorkSignals,
  ) {}

  /**
   * Prolongs the lease and answers as soon as there is news, else after the time that the agent is willing to wait. Throws `not_found`,
   * `invalid_state` when the agent has ended.
   */
  async beat(
    agentId: string,
    { held, waitSeconds = 0, draining = false }: Heartbeat,
    gone: AbortSignal,
  ): Promise<HeartbeatAnswer> {
    const before = await this.agents.ofCaller(agentId);
    if ((await this.registry.heartbeat(agentId)) === 'lost') throw hasEnded(before.name, 'lost');
    const first = await this.reconciliation.compare(agentId, held, UNHEARD_MS);
    const stopped = new Set(held.map((run) => run.id));
    // A stop of a run that the agent does not name is told, but does not cut the wait short: it would be told for ever.
    const isNews = first.notYours.length > 0 || first.stops.some(({ id }) => stopped.has(id));
    const limitMs = Math.min(waitSeconds * 1_000, before.leaseMs / 3);
    if (isNews || (before.state === 'draining' && !draining) || limitMs === 0)
      return { state: stateOf(before.state), ...first };
    await this.signals.forNews.wait(agentId, limitMs, gone);
    const after = await this.agents.ofCaller(agentId);
    const second = await this.reconciliation.compare(agentId, held, Infinity);
    const { takenBack } = first;
    // What was held when it asked may have ended meanwhile: only the next heartbeat can tell.
    return { state: stateOf(after.state), stops: second.stops, notYours: [], takenBack };
  }
}

function stateOf(state: string): 'online' | 'draining' {
  return state === 'draining' ? 'draining' : 'online';
}
