import { Inject, Injectable } from '@nestjs/common';
import type { Claim, HandedRun } from '../agents/agent-protocol.js';
import { RemoteAgents, type AgentSeat } from '../agents/remote-agents.service.js';
import { claimRound, LOOK_AGAIN_MS } from '../dispatch/claim-round.js';
import { runEndOf } from '../dispatch/run-end.js';
import { WorkQueue, type ClaimedRun } from '../executions/work-queue.service.js';
import { JobClassRules } from '../jobs/job-class-rules.service.js';
import { Reconciliation } from './reconciliation.service.js';
import { WorkSignals } from './work-signals.service.js';

const NOTHING = { runs: [], contended: false };

/** The claim of an agent that is under way in this process. */
interface Turn {
  readonly superseded: AbortController;
  readonly over: Promise<void>;
}

/**
 * Hands runs to agents on other machines. An agent makes one claim at a time, so a new one means that the answer to the one before was lost: that
 * one ends here, and what it took goes back.
 */
@Injectable()
export class FleetClaims {
  private readonly turns = new Map<string, Turn>();

  constructor(
    @Inject(RemoteAgents) private readonly agents: RemoteAgents,
    @Inject(WorkQueue) private readonly queue: WorkQueue,
    @Inject(WorkSignals) private readonly signals: WorkSignals,
    @Inject(Reconciliation) private readonly reconciliation: Reconciliation,
    @Inject(JobClassRules) private readonly classes: JobClassRules,
  ) {}

  /** Up to `claim.limit` runs; waits for the first one. `gone` says that nobody will hear the answer. Throws `not_found`, `invalid_state`. */
  async claim(agentId: string, claim: Claim, gone: AbortSignal): Promise<HandedRun[]> {
    const seat = await this.agents.ofCaller(agentId);
    const before = this.turns.get(agentId);
    let finish = (): void => undefined;
    const over = new Promise<void>((resolve) => (finish = resolve));
    const turn: Turn = { superseded: new AbortController(), over };
    this.turns.set(agentId, turn);
    try {
      before?.superseded.abort();
      await before?.over;
      const { takenBack } = await this.reconciliation.compare(agentId, claim.held, 0);
      if (takenBack.length > 0) this.signals.forget(agentId);
      return await this.waitForRuns(seat, claim, AbortSignal.any([gone, turn.superseded.signal]));
    } finally {
      if (this.turns.get(agentId) === turn) this.turns.delete(agentId);
      finish();
    }
  }

  private async waitForRuns(seat: AgentSeat, claim: Claim, gone: AbortSignal): Promise<HandedRun[]> {
    const deadline = performance.now() + (claim.waitSeconds ?? 0) * 1_000;
    for (;;) {
      const { runs, contended } = gone.aborted ? NOTHING : await this.take(seat, claim.limit);
      if (runs.length > 0 && gone.aborted) await this.queue.unclaim(seat.id, runs);
      const remainingMs = deadline - performance.now();
      if (gone.aborted) return [];
      if (runs.length > 0 || remainingMs <= 0 || this.signals.forWork.isOver) return runs.map(toHandedRun);
      await this.signals.forWork.wait(seat.id, contended ? Math.min(LOOK_AGAIN_MS, remainingMs) : remainingMs, gone);
      // It may have been told to drain while it waited, and then has better things to do.
      if ((await this.agents.ofCaller(seat.id)).state !== 'online') return [];
    }
  }

  /** `contended`: there is more, but others held it at the moment. */
  private async take(seat: AgentSeat, limit: number): Promise<{ runs: ClaimedRun[]; contended: boolean }> {
    const directory = await this.signals.directoryOf(seat);
    const contended = new Set<number>();
    let runs: ClaimedRun[] = [];
    while (runs.length === 0 && directory.hasWork) {
      const round = await claimRound(this.queue, directory, seat.id, limit);
      for (const id of round.contended) contended.add(id);
      runs = await this.permitted(seat.id, round.runs);
    }
    directory.mayHaveWork([...contended]);
    return { runs, contended: contended.size > 0 };
  }

  /** Ends those whose class has been forbidden since they were enqueued, so that no agent has to know the rules. */
  private async permitted(agentId: string, claimed: readonly ClaimedRun[]): Promise<ClaimedRun[]> {
    const refusals = new Map(
      claimed.flatMap((run) => {
        const message = this.classes.refusal(run.jobClass, run.forbiddenJobClasses);
        return message === null ? [] : [[run.id, message] as const];
      }),
    );
    if (refusals.size > 0) {
      const refused = claimed.filter((run) => refusals.has(run.id));
      await this.queue.finish(
        agentId,
        refused.map((run) => runEndOf(run, refusedEnd(run, refusals.get(run.id) ?? ''))),
      );
    }
    return claimed.filter((run) => !refusals.has(run.id));
  }
}

function refusedEnd({ id, fence }: ClaimedRun, message: string): Parameters<typeof runEndOf>[1] {
  const facts = { exitCode: null, result: null, pid: null, startedAt: null, finishedAt: new Date() };
  const error = { type: 'forbidden_class', message };
  return { id, fence, status: 'failed', error, isInterrupted: false, ...facts };
}

function toHandedRun(run: ClaimedRun): HandedRun {
  const { id, fence, attempt, tenant, jobId, jobName, jobClass, args, parameters } = run;
  const { timeoutMs, killGraceMs, maxOutputBytes } = run;
  const scheduledFor = run.scheduledFor.toISOString();
  const what = { id, fence, attempt, tenant, jobId, jobName, jobClass, args, parameters };
  return { ...what, scheduledFor, timeoutMs, killGraceMs, maxOutputBytes };
}
