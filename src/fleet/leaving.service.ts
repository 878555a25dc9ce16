import { Inject, Injectable } from '@nestjs/common';
import { AgentDepartures } from '../agents/agent-departures.service.js';
import { RemoteAgents } from '../agents/remote-agents.service.js';
import { currentPrincipal } from '../context/request-context.js';
import { Reconciliation } from './reconciliation.service.js';

/** How agents leave. */
@Injectable()
export class Leaving {
  constructor(
    @Inject(AgentDepartures) private readonly departures: AgentDepartures,
    @Inject(RemoteAgents) private readonly agents: RemoteAgents,
    @Inject(Reconciliation) private readonly reconciliation: Reconciliation,
  ) {}

  /**
   * As `AgentDepartures.remove`. An agent that leaves by itself says with it that it holds nothing: what it was handed and never heard of costs no
   * attempt.
   */
  async leave(agentId: string): Promise<void> {
    if (currentPrincipal().agent) {
      await this.agents.ofCaller(agentId);
      await this.reconciliation.compare(agentId, [], 0);
    }
    await this.departures.remove(agentId);
  }
}
