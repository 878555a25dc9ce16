import { Logger } from '@nestjs/common';
import {
  MOST_RUNS,
  PROTOCOL_VERSION,
  type EndedRun,
  type HandedRun,
  type Registration,
} from '../agents/agent-protocol.js';
import { ActiveRun } from '../attempts/active-run.js';
import type { Attempt, AttemptEnd } from '../attempts/attempt.js';
import { RunReports } from '../attempts/run-reports.js';
import { matchingPattern } from '../runners/class-patterns.js';
import type { RunnerRegistry } from '../runners/runner-registry.js';
import { HeldRuns } from './held-runs.js';
import { HttpSink } from './http-sink.js';
import { Pause } from './pause.js';
import { Refusal } from './refusal.js';
import type { ServerSession } from './server-session.js';

const CLAIM_WAIT_SECONDS = 20;
/** Output that is kept while the server is away, in characters. In memory: an agent that dies takes its runs along, so nobody would want it. */
const SPOOL_CHARACTERS = 64 * 1024 * 1024;
/** Time that ends get to be recorded before the agent leaves. */
const LAST_WORDS_MS = 5_000;
const LOOK_MS = 20;

/** What the worker needs to know of its settings. */
export interface WorkerSettings extends Omit<Registration, 'protocol'> {
  readonly shutdownGraceMs: number;
  readonly forbiddenJobClasses: readonly string[];
}

/**
 * The life of an agent: registers, keeps its lease, takes runs while it has slots, and drains at the end. While the server is away it keeps running
 * what it has. What the server says is lost to it is killed.
 */
export class RemoteWorker {
  private readonly logger = new Logger('Agent');
  private readonly held = new HeldRuns();
  private readonly reports: RunReports<AttemptEnd>;
  private readonly claimPause = new Pause();
  /** Short enough to be back several times within the lease that a restarted server allows. */
  private readonly beatPause = new Pause(() => this.session.heartbeatMs / 3);
  private isDraining = false;
  private isOver = false;
  private isClaiming = false;
  private isAway = false;
  private slotFreed: (() => void) | null = null;
  private reviving: Promise<void> | null = null;
  private ban: Refusal | null = null;

  constructor(
    private readonly settings: WorkerSettings,
    private readonly session: ServerSession,
    private readonly runners: RunnerRegistry,
    private readonly keepCredential: (credential: string) => void,
  ) {
    const send = (path: string, body: object): Promise<unknown> => this.guarded(() => session.post(path, body));
    const sink = new HttpSink(
      send,
      (ends) => this.complete(ends),
      () => session.maxBodyBytes,
    );
    this.reports = new RunReports(
      sink,
      () => session.agentId,
      {
        recorded: (ends, kept) => this.onRecorded(ends, kept),
        lost: (ids) => ids.forEach((id) => this.lose(id)),
      },
      SPOOL_CHARACTERS,
    );
  }

  /** Runs until it has drained. Throws the `Refusal` of a server that does not want this agent. */
  async run(): Promise<void> {
    await this.register();
    const beating = this.beatLoop();
    await this.claimLoop();
    await this.finishHeld();
    this.isOver = true;
    await this.reports.flush(performance.now() + LAST_WORDS_MS);
    await this.runners.close();
    if (this.ban !== null) throw this.ban;
    await this.session
      .leave()
      .catch((error: unknown) => this.logger.warn(`Leaving failed: ${(error as Error).message}`));
    this.beatPause.wake();
    // A heartbeat under way is answered as soon as the agent has left.
    await beating;
  }

  /** Takes nothing more; `run` ends when all runs have. */
  drain(): void {
    if (this.isDraining) return;
    this.isDraining = true;
    this.logger.log(`Draining: ${this.held.activeCount} runs may finish`);
    this.wakeAll();
    this.session.post('/drain', {}).catch((error: unknown) => this.logger.debug(`Drain: ${(error as Error).message}`));
  }

  /** Kills all runs; they count as interrupted. */
  kill(): void {
    this.held.shutDown('force_cancelling');
  }

  private async register(): Promise<void> {
    const pause = new Pause();
    for (;;) {
      try {
        const { shutdownGraceMs: _grace, forbiddenJobClasses: _forbidden, ...rest } = this.settings;
        const credential = await this.session.register({ protocol: PROTOCOL_VERSION, ...rest });
        if (credential !== null) this.keepCredential(credential);
        this.logger.log(`Registered as agent ${this.session.agentId}`);
        return;
      } catch (error) {
        if (error instanceof Refusal) throw error;
        this.logger.warn(`The server cannot be reached (${(error as Error).message}); trying again`);
        if (this.isDraining) return;
        await pause.next();
      }
    }
  }

  private async claimLoop(): Promise<void> {
    while (!this.isDraining && this.ban === null) {
      const limit = Math.min(MOST_RUNS, this.settings.slots - this.held.activeCount);
      if (limit <= 0 || this.isClaiming) {
        await new Promise<void>((resolve) => (this.slotFreed = resolve));
        continue;
      }
      this.isClaiming = true;
      try {
        const body = { held: this.held.list(), limit, waitSeconds: CLAIM_WAIT_SECONDS };
        this.accept((await this.guarded(() => this.session.claim(body))).runs);
        this.isClaiming = false;
        this.claimPause.reset();
      } catch (error) {
        // Before the pause, in which ends may ask for more, and not again after it: that claim would be taken for over.
        this.isClaiming = false;
        this.note(error);
        if (!this.isStopping()) await this.claimPause.next();
      }
    }
  }

  private async beatLoop(): Promise<void> {
    while (!this.hasLeft()) {
      try {
        const sent = this.held.list();
        const waitSeconds = Math.max(1, Math.floor(this.session.heartbeatMs / 1_000));
        const answer = await this.guarded(() =>
          this.session.heartbeat({ held: sent, waitSeconds, draining: this.isDraining }),
        );
        for (const { id, fence } of answer.takenBack) this.held.tookBack(id, fence);
        for (const { id, stop } of answer.stops) this.held.stop(id, stop);
        for (const { id, fence } of sent) if (answer.notYours.includes(id)) this.lose(id, fence);
        if (answer.state === 'draining') this.drain();
        if (this.isAway) this.logger.log('The server is back');
        this.isAway = false;
        this.beatPause.reset();
      } catch (error) {
        this.note(error);
        if (!this.hasLeft()) await this.beatPause.next();
      }
    }
  }

  /** Ends with a request for more when the agent was full: then no claim is under way, and none begins before the answer. */
  private async complete(ends: readonly EndedRun[]): Promise<void> {
    const ended = new Set(ends.map((end) => end.id));
    const limit = Math.min(MOST_RUNS, this.settings.slots - this.held.activeCount);
    if (this.isClaiming || this.isDraining || limit <= 0) {
      await this.guarded(() => this.session.complete({ ends }));
      return;
    }
    this.isClaiming = true;
    try {
      const claim = { held: this.held.list().filter(({ id }) => !ended.has(id)), limit };
      this.accept((await this.guarded(() => this.session.complete({ ends, claim }))).runs);
    } finally {
      this.isClaiming = false;
      this.wakeClaim();
    }
  }

  private accept(runs: readonly HandedRun[]): void {
    for (const run of runs) {
      if (!this.held.isWelcome(run)) continue;
      const attempt: Attempt = { ...run, scheduledFor: new Date(run.scheduledFor) };
      const pattern = matchingPattern(this.settings.forbiddenJobClasses, run.jobClass);
      const refusal =
        pattern === null ? null : `The job class ${run.jobClass} is forbidden on this agent (${pattern}).`;
      this.held.add(
        run.id,
        run.fence,
        () => new ActiveRun(attempt, refusal, this.runners, this.reports, (ended) => this.onEnded(ended)),
      );
    }
  }

  private onEnded(run: ActiveRun): void {
    this.held.ended(run);
    // A turn later, so that the end itself can ask for more in its own round trip.
    setImmediate(() => setImmediate(() => this.wakeClaim()));
  }

  private onRecorded(ends: readonly AttemptEnd[], kept: ReadonlySet<string>): void {
    for (const { id, fence, status } of ends) {
      this.held.recorded(id, fence);
      if (!kept.has(id)) this.logger.warn(`The end of run ${id} (${status}) came too late and was refused`);
    }
  }

  private lose(id: string, fence: number | null = null): void {
    if (this.held.lose(id, fence)) this.logger.warn(`Run ${id} is no longer ours and is killed`);
    this.wakeClaim();
  }

  /** What the server says of the agent as a whole concerns every request alike. */
  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    const { agentId } = this.session;
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refusal && error.isBan) this.banned(error);
      else if (error instanceof Refusal && error.isEndOfLife && agentId === this.session.agentId && !this.isOver)
        await this.revive(error);
      throw error;
    }
  }

  /** The server has given our runs to others: they are killed, and the agent begins anew. */
  private revive(why: Refusal): Promise<void> {
    this.reviving ??= (async () => {
      this.logger.error(`${why.message} ${this.held.loseAll()} runs are killed.`);
      if (!this.isDraining) await this.register().catch((error: unknown) => this.banned(error as Refusal));
    })().finally(() => (this.reviving = null));
    return this.reviving;
  }

  private banned(refusal: Refusal): void {
    if (this.ban !== null) return;
    this.ban = refusal;
    this.held.loseAll();
    this.wakeAll();
  }

  /** Lets runs finish within the grace time, then stops them, then kills them. */
  private async finishHeld(): Promise<void> {
    if (await this.isEmptyWithin(this.settings.shutdownGraceMs)) return;
    this.held.shutDown('cancelling');
    if (await this.isEmptyWithin(LAST_WORDS_MS)) return;
    this.kill();
    await this.isEmptyWithin(LAST_WORDS_MS);
  }

  private async isEmptyWithin(limitMs: number): Promise<boolean> {
    const deadline = performance.now() + limitMs;
    while (this.held.count > 0 && this.ban === null && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    return this.held.count === 0;
  }

  private note(error: unknown): void {
    if (this.isAway || this.isStopping()) return;
    this.isAway = true;
    this.logger.warn(
      `${error instanceof Refusal ? 'The server refused' : 'The server is away'}: ${(error as Error).message}`,
    );
  }

  private hasLeft(): boolean {
    return this.isOver || this.ban !== null;
  }

  private isStopping(): boolean {
    return this.isDraining || this.ban !== null;
  }

  private wakeClaim(): void {
    this.slotFreed?.();
    this.slotFreed = null;
  }

  private wakeAll(): void {
    this.wakeClaim();
    this.claimPause.wake();
    this.beatPause.wake();
  }
}
