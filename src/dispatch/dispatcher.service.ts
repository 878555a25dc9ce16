import { Inject, Injectable, Logger } from '@nestjs/common';
import { ActiveRun } from '../attempts/active-run.js';
import type { AttemptEnd } from '../attempts/attempt.js';
import { RunReports } from '../attempts/run-reports.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { WorkQueue, type ClaimedRun, type RunEnd } from '../executions/work-queue.service.js';
import { JobClassRules } from '../jobs/job-class-rules.service.js';
import { RunnerRegistry } from '../runners/runner-registry.js';
import { AttachedTags } from '../tags/attached-tags.service.js';
import { claimRound, LOOK_AGAIN_MS } from './claim-round.js';
import { ClaimSize } from './claim-size.js';
import { QueueDirectory } from './queue-directory.js';
import { runEndOf } from './run-end.js';

/** After a failed claim the next one waits this long, then twice as long, up to the bound. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A claimed run that still waits for a slot after this long is given back, so that another worker can have it. */
const GIVE_BACK_MS = 1_000;
/** With more ends than these waiting to be recorded nothing is claimed: claims would outrun them, and every end would be told later and later. */
const MOST_WAITING_ENDS = 1_000;

/**
 * Claims pending runs, starts them within this worker's slots, and hands their ends to `RunReports`. Sleeps until a queue is said to have
 * work; while there is none it does nothing.
 */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger('Dispatcher');
  private readonly directory: QueueDirectory;
  private readonly active = new Map<string, ActiveRun>();
  private readonly size = new ClaimSize();
  readonly reports: RunReports<RunEnd>;
  private waiting: { run: ClaimedRun; sinceMs: number }[] = [];
  private agentId: string | null = null;
  private claiming: Promise<void> | null = null;
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
  ) {
    this.directory = new QueueDirectory(new Set(config.workerTags.map((tag) => tag.toLowerCase())));
    this.reports = new RunReports(queue, () => this.agentId ?? '', {
      recorded: (ends, kept) => this.onRecorded(ends, kept),
      lost: (ids) => this.abandon(ids),
    });
  }

  /** Ids of the runs that this worker has started or is about to start. */
  get heldIds(): string[] {
    return [...this.active.keys(), ...this.waiting.map(({ run }) => run.id)];
  }

  /** Begins to claim in the name of `agentId`, for one tenant or for all. */
  start(agentId: string, tenantId: string | null): void {
    this.directory.belongTo(tenantId);
    this.agentId = agentId;
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
    for (const { id, state } of await this.queue.stopsOf(this.agentId)) {
      this.active.get(id)?.stop(state);
      const waiting = this.waiting.find(({ run }) => run.id === id);
      if (waiting !== undefined) this.endUnstarted(waiting.run);
    }
  }

  /** Claims nothing more and gives back what has not started. */
  async drain(): Promise<void> {
    this.draining = true;
    if (this.retryTimer) clearTimeout(this.retryTimer);
    if (this.giveBackTimer) clearTimeout(this.giveBackTimer);
    if (this.lookAgainTimer) clearTimeout(this.lookAgainTimer);
    await this.claiming;
    const unstarted = this.waiting.map(({ run }) => run);
    this.waiting = [];
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
    this.waiting = this.waiting.filter(({ run }) => !gone.has(run.id));
  }

  private pump(): void {
    if (this.claiming !== null) {
      this.again = true;
      return;
    }
    if (
      this.agentId === null ||
      !this.knowsTags ||
      this.draining ||
      this.retryTimer !== null ||
      this.reports.waitingEnds > MOST_WAITING_ENDS ||
      !this.directory.hasWork
    )
      return;
    const limit = this.size.next(this.config.workerSlots - this.active.size, this.waiting.length, performance.now());
    if (limit <= 0) return;
    this.again = false;
    this.claiming = this.claim(this.agentId, limit).finally(() => {
      this.claiming = null;
      if (this.failures > 0) this.pause();
      else if (this.again || this.directory.hasWork) this.pump();
    });
  }

  private async claim(agentId: string, limit: number): Promise<void> {
    try {
      if (this.mayHoldUnknown) await this.giveBackUnknown(agentId);
      this.mayHoldUnknown = true;
      const { runs, contended } = await claimRound(this.queue, this.directory, agentId, limit);
      this.mayHoldUnknown = false;
      this.failures = 0;
      if (contended.length > 0) this.lookAgainLater(contended);
      this.accept(runs);
    } catch (error) {
      this.failures++;
      this.logger.warn(`A claim failed and will be repeated: ${(error as Error).message}`);
    }
  }

  /** Returns runs that a claim took whose answer was lost. No other claim is under way, so what we do not know will never be told. */
  private async giveBackUnknown(agentId: string): Promise<void> {
    const known = new Set([...this.heldIds, ...this.reports.unrecordedIds]);
    const unknown = (await this.queue.heldBy(agentId)).filter((run) => !known.has(run.id));
    if (unknown.length === 0) return;
    const returned = await this.queue.unclaim(agentId, unknown);
    this.logger.warn(`${returned.size} runs were claimed without our knowledge and are given back`);
    for (const run of unknown) if (!returned.has(run.id)) this.endUnstarted(run);
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
    const sinceMs = performance.now();
    for (const run of runs) this.waiting.push({ run, sinceMs });
    if (!this.draining) this.fillSlots();
    if (this.waiting.length > 0 && this.giveBackTimer === null) this.giveBackLater();
  }

  private fillSlots(): void {
    let next = 0;
    while (this.active.size < this.config.workerSlots && next < this.waiting.length) {
      const entry = this.waiting[next++];
      if (entry === undefined) continue;
      const { run } = entry;
      const refusal = this.classes.refusal(run.jobClass, run.forbiddenJobClasses);
      const { reports } = this;
      const recording = {
        report: reports.report.bind(reports),
        log: reports.log.bind(reports),
        end: (end: AttemptEnd) => reports.end(runEndOf(run, end)),
      };
      this.active.set(run.id, new ActiveRun(run, refusal, this.runners, recording, (ended) => this.onEnded(ended)));
    }
    if (next > 0) this.waiting.splice(0, next);
  }

  private onEnded(ended: ActiveRun): void {
    if (this.active.get(ended.run.id) === ended) this.active.delete(ended.run.id);
    this.size.ended(1, performance.now());
    if (this.draining) return;
    if (this.waiting.length > 0) this.fillSlots();
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
    const late = this.waiting.filter(({ sinceMs }) => sinceMs <= old).map(({ run }) => run);
    if (late.length > 0 && this.agentId !== null) {
      const ids = new Set(late.map((run) => run.id));
      this.waiting = this.waiting.filter(({ run }) => !ids.has(run.id));
      try {
        await this.queue.unclaim(this.agentId, late);
      } catch (error) {
        this.logger.warn(`Giving back ${late.length} runs failed: ${(error as Error).message}`);
        for (const run of late) this.waiting.push({ run, sinceMs: performance.now() });
      }
    }
    if (this.waiting.length > 0) this.giveBackLater();
  }

  private endUnstarted(run: Pick<ClaimedRun, 'id' | 'fence' | 'gateId'>): void {
    this.waiting = this.waiting.filter((entry) => entry.run.id !== run.id);
    this.reports.end({
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
