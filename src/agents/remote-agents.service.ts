import { Inject, Injectable } from '@nestjs/common';
import { currentPrincipal, currentTenant } from '../context/request-context.js';
import { DispatchPool } from '../database/dispatch-pool.js';
import { DomainError, notFound } from '../kernel/domain-error.js';
import type { AgentState } from './agent.entity.js';
import { READ_SEAT } from './sql/read-seat.js';

/** An agent on another machine, as its own requests need to know it. */
export interface AgentSeat {
  readonly id: string;
  /** Null: it serves every tenant. */
  readonly tenantId: string | null;
  readonly credentialId: string | null;
  readonly name: string;
  readonly slots: number;
  readonly tags: readonly string[];
  readonly state: AgentState;
  readonly leaseMs: number;
}

/** Finds the agent that a request of the agents' protocol speaks for. */
@Injectable()
export class RemoteAgents {
  constructor(@Inject(DispatchPool) private readonly pool: DispatchPool) {}

  /**
   * The agent `id` if the caller is that agent; in the open mode nobody proves anything, and it has to be one of the request's tenant or shared.
   * Throws `not_found`, or `invalid_state` when this life of the agent is over and it must register again.
   */
  async ofCaller(id: string): Promise<AgentSeat> {
    const [seat] = await this.pool.run<AgentSeat & Record<string, unknown>>(READ_SEAT, [id]);
    if (!seat || !isCallers(seat)) throw notFound('agent', id);
    if (seat.state === 'lost' || seat.state === 'offline') throw hasEnded(seat.name, seat.state);
    return seat;
  }
}

/** What an agent is told whose life is over. */
export function hasEnded(name: string, state: 'lost' | 'offline'): DomainError {
  const why = state === 'lost' ? 'was silent for longer than its lease and is lost' : 'has left or was removed';
  return new DomainError('invalid_state', `The agent ${name} ${why}. Its runs are no longer its own; register again.`);
}

function isCallers(seat: AgentSeat): boolean {
  const { agent } = currentPrincipal();
  if (agent) return agent.kind === 'credential' && seat.credentialId === agent.id;
  return seat.tenantId === null || seat.tenantId === currentTenant().id;
}
