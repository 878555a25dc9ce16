import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AgentRegistry } from '../agents/agent-registry.service.js';
import { AuditLogPruner } from '../audit-log/audit-log-pruner.service.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { DispatchPool } from '../database/dispatch-pool.js';
import { HistoryCounts } from '../executions/history-counts.service.js';
import { HistoryPruner } from '../executions/history-pruner.service.js';
import { messageOf } from '../kernel/message-of.js';
import { nextBatchSize } from './batch-size.js';
import { TAKE_TURN } from './sql/take-turn.js';

const TASK = 'retention';
const COUNTING = 'counting';
/** One replica tidies up this often. */
const TURN_EVERY_MS = 3_600_000;
/** How often each replica looks whether it is time. */
const LOOK_EVERY_MS = 300_000;
const FIRST_BATCH = 200;
/** One replica counts what is new in the history this often: as often as it looks. */
const COUNT_EVERY_MS = LOOK_EVERY_MS - 10_000;
/** Numbers of executions that are counted in one statement: 30 ms where all of them are there. */
const COUNTED_AT_ONCE = 100_000;

/** Removes a batch of at most `size` and answers how many; `isLast` when nothing is left to look at. */
type Batch = (size: number) => Promise<{ removed: number; isLast: boolean }>;

/** What one turn removed, and how long its longest statement took. */
export interface TidyReport {
  readonly executions: number;
  readonly auditEntries: number;
  readonly agents: number;
  readonly longestMs: number;
}

/**
 * Removes what is older than its limit and counts what is new in the history, in small batches with pauses as long as the batches, so that it never takes more than half of
 * one connection. Every replica with the role scheduler looks; the row of the task says whose turn it is.
 */
@Injectable()
export class HousekeepingService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Housekeeping');
  private readonly stop = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> | null = null;
  private longestMs = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'historyDays' | 'auditLogDays'>,
    @Inject(DispatchPool) private readonly pool: DispatchPool,
    @Inject(HistoryPruner) private readonly history: HistoryPruner,
    @Inject(HistoryCounts) private readonly counts: HistoryCounts,
    @Inject(AuditLogPruner) private readonly auditLog: AuditLogPruner,
    @Inject(AgentRegistry) private readonly agents: AgentRegistry,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.stop.abort();
    await this.working;
  }

  private look(): void {
    this.working ??= this.takeTurns().finally(() => (this.working = null));
  }

  /** What fails keeps nothing else from being done. */
  private async takeTurns(): Promise<void> {
    await this.counting().catch((error: unknown) => this.warn('Counting the history', error));
    await this.takeTurn().catch((error: unknown) => this.warn('Tidying up', error));
  }

  private warn(what: string, error: unknown): void {
    this.logger.warn(`${what} failed and goes on next time: ${messageOf(error)}`);
  }

  private async counting(): Promise<void> {
    const turn = await this.pool.run(TAKE_TURN, [COUNTING, COUNT_EVERY_MS]);
    if (turn.length > 0) await this.count();
  }

  /** Counts what has settled in the history, so that totals of long ones need not read them. */
  async count(): Promise<void> {
    const batch = this.counts.pass();
    for (let isLast = false; !isLast && !this.stop.signal.aborted;) {
      const beganMs = performance.now();
      ({ isLast } = await batch(COUNTED_AT_ONCE));
      if (!isLast) await this.pause(performance.now() - beganMs);
    }
  }

  private async takeTurn(): Promise<void> {
    const turn = await this.pool.run(TAKE_TURN, [TASK, TURN_EVERY_MS]);
    if (turn.length === 0) return;
    const { executions, auditEntries, agents, longestMs } = await this.tidyUp();
    if (executions + auditEntries + agents > 0)
      this.logger.log(
        `Removed ${executions} executions, ${auditEntries} audit entries and ${agents} agents that were too old; the longest statement took ${longestMs} ms`,
      );
  }

  /** Removes all that is too old now. Ends early when the process ends. */
  async tidyUp(): Promise<TidyReport> {
    this.longestMs = 0;
    const { historyDays, auditLogDays } = this.config;
    const executions = await this.inBatches(this.history.pass(historyDays));
    const auditEntries = await this.inBatches(async (size) => {
      const removed = await this.auditLog.removeOld(auditLogDays, size);
      return { removed, isLast: removed < size };
    });
    const keptDays = await this.history.longestDays(historyDays);
    const agents =
      keptDays === null
        ? 0
        : await this.inBatches(async (size) => {
            const removed = await this.agents.removeEnded(keptDays, size);
            return { removed, isLast: removed < size };
          });
    return { executions, auditEntries, agents, longestMs: Math.round(this.longestMs) };
  }

  private async inBatches(batch: Batch): Promise<number> {
    let total = 0;
    for (let size = FIRST_BATCH; !this.stop.signal.aborted;) {
      const beganMs = performance.now();
      const { removed, isLast } = await batch(size);
      const tookMs = performance.now() - beganMs;
      this.longestMs = Math.max(this.longestMs, tookMs);
      total += removed;
      if (isLast) break;
      if (removed === size) size = nextBatchSize(size, tookMs);
      await this.pause(tookMs);
    }
    return total;
  }

  private async pause(ms: number): Promise<void> {
    const { signal } = this.stop;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    });
  }
}
