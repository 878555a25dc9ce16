import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { Listener } from '../database/listener.js';
import { Firing } from '../executions/firing.service.js';
import { DatabaseTime } from './database-time.js';
import { messageOf } from '../kernel/message-of.js';

const BATCH = 1_000;

/**
 * Makes delayed runs (retries, jitter) pending when their time comes, and lets planned ones come to their gates. Hears of new ones through NOTIFY and sleeps until the earliest; looks
 * by itself at least every half horizon.
 */
@Injectable()
export class DelayedRuns implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('DelayedRuns');
  private timer: NodeJS.Timeout | null = null;
  private wakeAtMs = Infinity;
  private releasing: Promise<void> | null = null;
  private again = false;
  private stopped = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly firing: Firing,
    private readonly time: DatabaseTime,
    private readonly listener: Listener,
  ) {
    listener.on('delayed', (payload) => this.wakeAt(Number(payload)));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.release();
    this.listener.onConnect(() => void this.release());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.releasing;
  }

  private release(): Promise<void> {
    if (this.releasing !== null) {
      this.again = true;
      return this.releasing;
    }
    this.again = false;
    this.releasing = this.runRelease()
      .catch((error: unknown) => {
        this.logger.warn(`Releasing delayed runs failed and will be repeated: ${messageOf(error)}`);
        this.wakeAt(this.time.nowMs() + 1_000);
      })
      .finally(() => {
        this.releasing = null;
        if (this.again && !this.stopped) void this.release();
      });
    return this.releasing;
  }

  private async runRelease(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.wakeAtMs = Infinity;
    for (;;) {
      const planned = await this.firing.enterPlanned(BATCH);
      const { released, nextAt } = await this.firing.releaseDelayed(BATCH);
      if (released === BATCH || planned === BATCH) continue;
      this.wakeAt(Math.min(nextAt?.getTime() ?? Infinity, this.time.nowMs() + this.config.sweepHorizonMs / 2));
      return;
    }
  }

  private wakeAt(atMs: number): void {
    if (this.stopped || !Number.isFinite(atMs) || atMs >= this.wakeAtMs) return;
    if (this.timer) clearTimeout(this.timer);
    this.wakeAtMs = atMs;
    // One millisecond late rather than early: an early look would find nothing due.
    this.timer = setTimeout(() => void this.release(), Math.max(0, Math.ceil(atMs - this.time.nowMs()) + 1));
  }
}
