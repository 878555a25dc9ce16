import { Inject, Injectable, Logger } from '@nestjs/common';
import type { HeldRun, Stop } from '../agents/agent-protocol.js';
import { WorkQueue, type Holding, type RunEnd } from '../executions/work-queue.service.js';

/** How what the agent says that it holds differs from what the database says. */
export interface Differences {
  readonly stops: Stop[];
  readonly notYours: string[];
  readonly takenBack: { readonly id: string; readonly fence: number }[];
}

const STOP_WORDS = { cancelling: 'cancel', force_cancelling: 'force_cancel' } as const;

/**
 * Lays what an agent says that it holds beside what the database says. A run that was handed out in an answer that never came is taken back
 * without costing an attempt; one that had begun and that the agent no longer knows has lost its attempt.
 */
@Injectable()
export class Reconciliation {
  private readonly logger = new Logger('Fleet');

  constructor(@Inject(WorkQueue) private readonly queue: WorkQueue) {}

  /** `minimumAgeMs`: a run that was claimed more lately may be in an answer under way and is left alone. */
  async compare(agentId: string, held: readonly HeldRun[], minimumAgeMs: number): Promise<Differences> {
    const holdings = await this.queue.holdings(agentId);
    const known = new Map(held.map((run) => [run.id, run]));
    const isKnown = (holding: Holding): boolean => known.get(holding.id)?.fence === holding.fence;
    const unknown = holdings.filter((holding) => !isKnown(holding) && holding.heldMs >= minimumAgeMs);
    if (unknown.length > 0) await this.takeBack(agentId, unknown);
    const fences = new Map(holdings.map((holding) => [holding.id, holding.fence]));
    return {
      stops: holdings.flatMap(({ id, state }) => {
        if (state === 'running') return [];
        const stop = STOP_WORDS[state];
        return known.get(id)?.stopping === stop || unknown.some((run) => run.id === id) ? [] : [{ id, stop }];
      }),
      notYours: held.flatMap((run) => (fences.get(run.id) === run.fence ? [] : [run.id])),
      takenBack: unknown.map(({ id, fence }) => ({ id, fence })),
    };
  }

  private async takeBack(agentId: string, unknown: readonly Holding[]): Promise<void> {
    const unstarted = unknown.filter((run) => run.startedAt === null && run.state === 'running');
    const returned = unstarted.length === 0 ? new Set<string>() : await this.queue.unclaim(agentId, unstarted);
    const rest = unknown.filter((run) => !returned.has(run.id));
    if (rest.length > 0) await this.queue.finish(agentId, rest.map(endOfUnknown));
    this.logger.warn(
      `The agent ${agentId} does not know ${unknown.length} runs that were handed to it: ${returned.size} go back, ${rest.length} are over`,
    );
  }
}

function endOfUnknown(run: Holding): RunEnd {
  const { id, fence, gateId, startedAt } = run;
  const facts = { id, fence, gateId, exitCode: null, result: null, pid: null, startedAt, finishedAt: new Date() };
  if (run.state !== 'running') {
    const error = { type: 'cancelled', message: 'Cancelled before its agent knew of it.' };
    return { ...facts, state: 'cancelled', reason: 'cancelled', error, retryAt: null };
  }
  const error = { type: 'agent_lost', message: `The agent no longer knew of attempt ${run.attempt}.` };
  const retryAt = run.attempt < run.maxAttempts ? facts.finishedAt : null;
  return { ...facts, state: 'failed', reason: 'agent_lost', error, retryAt };
}
