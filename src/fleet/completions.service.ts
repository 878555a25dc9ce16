import { Inject, Injectable } from '@nestjs/common';
import type { Claim, HandedRun } from '../agents/agent-protocol.js';
import type { AttemptEnd } from '../attempts/attempt.js';
import { AgentReports } from './agent-reports.service.js';
import { FleetClaims } from './fleet-claims.service.js';

/** Records ends and hands out new runs in one round trip. */
@Injectable()
export class Completions {
  constructor(
    @Inject(AgentReports) private readonly reports: AgentReports,
    @Inject(FleetClaims) private readonly claims: FleetClaims,
  ) {}

  /** As `AgentReports.complete`; nothing is claimed when that throws. */
  async complete(
    agentId: string,
    ends: readonly AttemptEnd[],
    claim: Claim | undefined,
    gone: AbortSignal,
  ): Promise<HandedRun[]> {
    await this.reports.complete(agentId, ends);
    return claim === undefined ? [] : this.claims.claim(agentId, { held: claim.held, limit: claim.limit }, gone);
  }
}
