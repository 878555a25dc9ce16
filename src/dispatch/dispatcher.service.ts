import { Inject, Injectable, Logger } from '@nestjs/common';
import { ActiveRun, type AttemptReports } from '../attempts/active-run.js';
import type { AttemptEnd } from '../attempts/attempt.js';
import { RunReports } from '../attempts/run-reports.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { OwnWorker, type TakeOffer, type TakingWorker } from '../executions/own-worker.js';
import { WorkQueue, type ClaimedRun, type RunEnd } from '../executions/work-queue.service.js';
import { JobClassRules } from '../jobs/job-class-rules.service.js';
import { messageOf } from '../kernel/message-of.js';
import { RunnerRegistry } from '../runners/runner-registry.js';
import { AttachedTags } from '../tags/attached-tags.service.js';
import { claimRound, LOOK_AGAIN_MS, type ClaimRound } from './claim-round.js';
import { ClaimSize } from './claim-size.js';
import { QueueDirectory } from './queue-directory.js';
import { runEndOf } from './run-end.js';
import { WaitingRuns } from './waiting-runs.js';

/** After a failed claim the next one waits this long, then twice as long, up to the bound. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A claimed run that still waits for a slot after this long is given back, so that another worker can have it. */
const GIVE_BACK_MS = 1_000;
/** With more ends than these waiting to be recorded nothing is claimed: claims would outrun them, and every end would be told later and later. */
const MOST_WAITING_ENDS = 1_000;
/** Queues of a tenant that are offered to those who make runs; those of further ones wait for a claim. */
const MOST_OFFERED_QUEUES = 100;

/**
 * Claims pending runs, or takes them from those who make them in this process while nothing else waits, starts them within this worker's slots, and hands their ends to `RunReports`. Sleeps until a queue is said to have
 * work; while there is none it does nothing.
 */
@Injectable()
export class Dispatcher implements TakingWorker {
  private readonly logger = new Logger('Dispatcher');
  private readonly directory: QueueDirectory;
  private readonly active = new Map<string, ActiveRun>();
  private readonly size = new ClaimSize();
  readonly reports: RunReports<RunEnd>;
  private readonly report: AttemptReports['report'] = (report) => this.reports.report(report);
  private readonly log: AttemptReports['log'] = (piece) => this.reports.log(piece);
  private readonly waiting = new WaitingRuns();
  private agentId: string | null = null;
  private claiming: Promise<void> | null = null;
  /** Runs that it asks for. */
  private claimingLimit = 0;
  /** A small claim beside that one. */
  private claimingNews: Promise<void> | null = null;
  /** Slots kept for what it asks for. */
  private claimingNewsLimit = 0;
  /** Slots kept for offers that have not been answered. */
  private offered = 0;
  /** Told when no offer is open any more. */
  private readonly onSettled: (() => void)[] = [];
  private again = false;
  private failures = 0;
  /** A claim failed on the way: the database may have handed out runs that we never heard of. */
  private mayHoldUnknown = false;
  private draining = false;
  /** False: an attached tag that a job excludes might not be known yet, so nothing is claimed. */
  private knowsTags = false;
  private retryTimer: NodeJS.Timeout | null = null;
  private giveBackTimer: NodeJS.Timeout | null = null;
  private lookAgainTimer: NodeJS.Timeout | null = null;
  /** Queues to look at again then. */
  private contended: ReadonlySet<number> = new Set();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly queue: WorkQueue,
    private readonly runners: RunnerRegistry,
    private readonly classes: JobClassRules,
    private readonly attachedTags: AttachedTags,
    private readonly ownWorker: OwnWorker,
  ) {
    this.directory = new QueueDirectory(new Set(config.workerTags.map((tag) => tag.toLowerCase())));
    this.reports = new RunReports(queue, () => this.agentId ?? '', {
      recorded: (ends, kept) => this.onRecorded(ends, kept),
      lost: (ids) => this.abandon(ids),
    });
  }

  /** Ids of the runs that this worker has started or is about to start. */
  get heldIds(): string[] {
    return [...this.active.keys(), ...this.waiting.ids];
  }

  /** Begins to claim in the name of `agentId`, for one tenant or for all. */
  start(agentId: string, tenantId: string | null): void {
    this.directory.belongTo(tenantId);
    this.agentId = agentId;
    this.ownWorker.is(this);
  }

  /** Nothing is offered while runs wait that would have to come first, or while it is not known what this agent holds. */
  offer(tenantId: string, most: number): TakeOffer | null {
    const { agentId } = this;
    if (
      agentId === null ||
      !this.canClaim() ||
      this.claiming !== null ||
      this.claimingNews !== null ||
      this.directory.hasWork ||
      this.waiting.size > 0 ||
      this.mayHoldUnknown
    )
      return null;
    const slots = Math.min(most, this.claimable());
    const queueIds = slots > 0 ? this.directory.fitting(tenantId, MOST_OFFERED_QUEUES) : [];
    if (queueIds.length === 0) return null;
    this.offered += slots;
    return {
      agentId,
      queueIds,
      slots,
      taken: (runs) => {
        this.settle(slots);
        this.directory.serve(tenantId, runs.length);
        this.receive(agentId, runs);
        this.pump();
      },
      failed: (error) => {
        this.settle(slots);
        this.directory.mayHaveWork(queueIds);
        this.failed('It is not known which runs were handed to this worker', error);
        this.goOn();
      },
    };
  }

  private settle(slots: number): void {
    this.offered -= slots;
    if (this.offered > 0) return;
    for (const told of this.onSettled.splice(0)) told();
  }

  private async settled(): Promise<void> {
    if (this.offered > 0) await new Promise<void>((resolve) => this.onSettled.push(resolve));
  }

  private get slotsLeft(): number {
    return this.config.workerSlots - this.active.size - this.offered - this.claimingNewsLimit;
  }

  private claimable(): number {
    return this.size.next(this.slotsLeft, this.waiting.size, performance.now());
  }

  private canClaim(): boolean {
    return (
      this.knowsTags && !this.draining && this.retryTimer === null && this.reports.waitingEnds <= MOST_WAITING_ENDS
    );
  }

  /** Some queues have pending runs. Unknown ones are looked up first. */
  async wake(queueIds: readonly number[]): Promise<void> {
    const unknown = this.directory.unknown(queueIds);
    if (unknown.length > 0) this.directory.describe(await this.queue.queues(unknown));
    this.directory.mayHaveWork(queueIds);
    this.pump();
  }

  /** Looks for itself what this worker carries and which queues have work, in case a notification was lost. */
  async poll(): Promise<void> {
    if (this.agentId !== null) {
      this.directory.attach(await this.attachedTags.ofWorker(this.agentId));
      this.knowsTags = true;
    }
    const waiting = await this.queue.waitingQueues();
    this.directory.describe(waiting);
    this.directory.mayHaveWork(waiting.map((queue) => queue.id));
    this.pump();
  }

  /** Passes requests to stop on to the runs. */
  async stopRequested(): Promise<void> {
    if (this.agentId === null) return;
    const stops = await this.queue.stopsOf(this.agentId);
    for (const { id, state } of stops) this.active.get(id)?.stop(state);
    const stopped = new Set(stops.map(({ id }) => id));
    for (const run of this.waiting.remove(({ id }) => stopped.has(id))) this.endUnstarted(run);
  }

  /** Claims nothing more and gives back what has not started. */
  async drain(): Promise<void> {
    this.draining = true;
    if (this.retryTimer) clearTimeout(this.retryTimer);
    if (this.giveBackTimer) clearTimeout(this.giveBackTimer);
    if (this.lookAgainTimer) clearTimeout(this.lookAgainTimer);
    await Promise.all([this.claiming, this.claimingNews]);
    await this.settled();
    const unstarted = this.waiting.remove(() => true);
    if (this.agentId !== null && unstarted.length > 0) await this.queue.unclaim(this.agentId, unstarted);
  }

  /** Stops everything that still runs because the process ends: politely, or at once. */
  stopAll(kind: 'cancelling' | 'force_cancelling'): void {
    for (const run of this.active.values()) run.shutDown(kind);
  }

  /** Forgets all runs and kills them: this agent was declared lost and others may have taken them. */
  abandonAll(): void {
    this.abandon(this.heldIds);
  }

  private abandon(ids: readonly string[]): void {
    for (const id of ids) {
      const run = this.active.get(id);
      if (run === undefined) continue;
      this.logger.warn(`Execution ${id} was taken from this worker; its attempt is killed`);
      run.abandon();
    }
    const gone = new Set(ids);
    this.waiting.remove((run) => gone.has(run.id));
  }

  private pump(): void {
    if (this.claiming !== null) {
      this.again = true;
      this.claimNews();
      return;
    }
    if (this.agentId === null || !this.canClaim() || !this.directory.hasWork) return;
    const limit = this.claimable();
    if (limit <= 0) return;
    this.again = false;
    this.claimingLimit = limit;
    this.claiming = this.claim(this.agentId, limit, () => (this.claiming = null));
  }

  /** After a claim or an offer. */
  private goOn(): void {
    if (this.claiming !== null || this.retryTimer !== null || this.draining) return;
    if (this.failures > 0) this.pause();
    else if (this.again || this.directory.hasWork) this.pump();
  }

  /**
   * While a large claim is under way, what was told since it began gets one of its own, of a few runs: a tenant that has just come would otherwise wait for
   * hundreds of another's to be handed over, and then for its own claim.
   */
  private claimNews(): void {
    if (this.claimingNews !== null || this.agentId === null || this.mayHoldUnknown) return;
    if (!this.canClaim() || !this.directory.hasWork) return;
    const { workerSlots } = this.config;
    const limit = this.size.beside(this.claimingLimit, workerSlots, this.slotsLeft, performance.now());
    if (limit === 0) return;
    this.claimingNewsLimit = limit;
    this.claimingNews = this.claim(this.agentId, limit, () => {
      this.claimingNews = null;
      this.claimingNewsLimit = 0;
    });
  }

  /** `answered` is called before anything is started: runs that end at once make room for the next claim, not for a small one beside this. */
  private async claim(agentId: string, limit: number, answered: () => void): Promise<void> {
    const round = await this.round(agentId, limit).catch((error: unknown) => {
      this.failed('A claim failed and will be repeated', error);
      return null;
    });
    answered();
    try {
      if (round !== null) this.receive(agentId, round.runs);
    } catch (error) {
      this.failed('Runs were claimed and not started', error);
    }
    this.goOn();
  }

  private async round(agentId: string, limit: number): Promise<ClaimRound> {
    if (this.mayHoldUnknown) await this.giveBackUnknown(agentId);
    const round = await claimRound(this.queue, this.directory, agentId, limit);
    this.failures = 0;
    if (round.contended.length > 0) this.lookAgainLater(round.contended);
    return round;
  }

  private failed(what: string, error: unknown): void {
    this.failures++;
    this.mayHoldUnknown = true;
    this.logger.warn(`${what}: ${messageOf(error)}`);
  }

  /** What was handed to an agent that has been declared lost meanwhile is no longer ours. */
  private receive(agentId: string, runs: readonly ClaimedRun[]): void {
    if (agentId === this.agentId) this.accept(runs);
  }

  /** Returns runs that a claim took whose answer was lost. Once no other claim or offer is under way, what we do not know will never be told. */
  private async giveBackUnknown(agentId: string): Promise<void> {
    await Promise.all([this.claimingNews, this.settled()]);
    const known = new Set([...this.heldIds, ...this.reports.unrecordedIds]);
    const unknown = (await this.queue.heldBy(agentId)).filter((run) => !known.has(run.id));
    if (unknown.length > 0) {
      const returned = await this.queue.unclaim(agentId, unknown);
      this.logger.warn(`${returned.size} runs were claimed without our knowledge and are given back`);
      for (const run of unknown) if (!returned.has(run.id)) this.endUnstarted(run);
    }
    this.mayHoldUnknown = false;
  }

  /** Another worker is taking from these queues, or somebody is changing what is in them: neither tells us what it leaves. */
  private lookAgainLater(queueIds: readonly number[]): void {
    if (this.draining) return;
    this.contended = new Set([...this.contended, ...queueIds]);
    this.lookAgainTimer ??= setTimeout(() => {
      this.lookAgainTimer = null;
      this.directory.mayHaveWork([...this.contended]);
      this.contended = new Set();
      this.pump();
    }, LOOK_AGAIN_MS);
  }

  private pause(): void {
    this.retryTimer = setTimeout(
      () => {
        this.retryTimer = null;
        this.pump();
      },
      Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures),
    );
  }

  private accept(runs: readonly ClaimedRun[]): void {
    this.waiting.add(runs, performance.now());
    if (!this.draining) this.fillSlots();
    if (this.waiting.size > 0 && this.giveBackTimer === null) this.giveBackLater();
  }

  private fillSlots(): void {
    const runs = this.waiting.take(this.config.workerSlots - this.active.size);
    if (runs.length > 0) this.size.started(performance.now());
    for (const run of runs) {
      const refusal = this.classes.refusal(run.jobClass, run.forbiddenJobClasses);
      const { report, log } = this;
      const recording = { report, log, end: (end: AttemptEnd) => this.record(runEndOf(run, end)) };
      this.active.set(run.id, new ActiveRun(run, refusal, this.runners, recording, (ended) => this.onEnded(ended)));
    }
  }

  private onEnded(ended: ActiveRun): void {
    if (this.active.get(ended.run.id) === ended) this.active.delete(ended.run.id);
    this.size.ended(1, performance.now());
    if (this.draining) return;
    if (this.waiting.size > 0) this.fillSlots();
    this.pump();
  }

  private onRecorded(ends: readonly RunEnd[], kept: ReadonlySet<string>): void {
    for (const end of ends) {
      if (!kept.has(end.id))
        this.logger.warn(`The end of execution ${end.id} (${end.state}) came too late and was refused`);
    }
    this.pump();
  }

  private giveBackLater(): void {
    this.giveBackTimer = setTimeout(() => {
      this.giveBackTimer = null;
      void this.giveBack();
    }, GIVE_BACK_MS);
  }

  /** Returns claimed runs that a slot did not become free for: the pace has dropped and another worker may have room. */
  private async giveBack(): Promise<void> {
    const old = performance.now() - GIVE_BACK_MS;
    const late = this.agentId === null ? [] : this.waiting.remove((_, sinceMs) => sinceMs <= old);
    if (late.length > 0 && this.agentId !== null) {
      try {
        await this.queue.unclaim(this.agentId, late);
      } catch (error) {
        this.logger.warn(`Giving back ${late.length} runs failed: ${(error as Error).message}`);
        this.waiting.add(late, performance.now());
      }
    }
    if (this.waiting.size > 0) this.giveBackLater();
  }

  /** The end of a gated run is what others wait for. */
  private record(end: RunEnd): void {
    this.reports.end(end, end.gateId !== null);
  }

  private endUnstarted(run: Pick<ClaimedRun, 'id' | 'fence' | 'gateId'>): void {
    this.record({
      id: run.id,
      fence: run.fence,
      gateId: run.gateId,
      state: 'cancelled',
      reason: 'cancelled',
      exitCode: null,
      result: null,
      error: { type: 'cancelled', message: 'Cancelled before it started.' },
      pid: null,
      startedAt: null,
      finishedAt: new Date(),
      retryAt: null,
    });
  }
}
