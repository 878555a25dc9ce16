import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Listener } from '../database/listener.js';
import { BackfillFeeding } from '../executions/backfills/backfill-feeding.service.js';
import { messageOf } from '../kernel/message-of.js';

/** Pause after a round in which something happened, and the longest one while runs are awaited. */
const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;
/** Steps of one backfill in a row before the others get their turn. */
const STEPS = 20;

/**
 * Feeds backfills for as long as there are any. Without one it has no timer and asks nothing: NOTIFY wakes it, and so does a LISTEN
 * connection that comes back. Replicas share the work, because each step locks its backfill.
 */
@Injectable()
export class BackfillLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Backfills');
  private timer: NodeJS.Timeout | null = null;
  private round: Promise<void> | null = null;
  private pauseMs = SHORTEST_PAUSE_MS;
  private isWanted = false;
  private stopped = false;

  constructor(
    private readonly feeding: BackfillFeeding,
    private readonly listener: Listener,
  ) {
    listener.on('backfills', () => this.wake());
  }

  onApplicationBootstrap(): void {
    this.listener.onConnect(() => this.wake());
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.round;
  }

  private wake(): void {
    this.isWanted = true;
    this.pauseMs = SHORTEST_PAUSE_MS;
    if (this.round === null) this.begin();
  }

  private begin(): void {
    if (this.stopped) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.isWanted = false;
    this.round = this.feedAll()
      .catch((error: unknown) => {
        this.logger.warn(`Feeding backfills failed and will be repeated: ${messageOf(error)}`);
        this.pauseMs = LONGEST_PAUSE_MS;
        return true;
      })
      .then((isUnfinished) => {
        this.round = null;
        if (this.stopped) return;
        if (this.isWanted) this.begin();
        else if (isUnfinished) this.timer = setTimeout(() => this.begin(), this.pauseMs);
      });
  }

  /** One round over all of them. True when one is left that will have to do something. */
  private async feedAll(): Promise<boolean> {
    const ids = await this.feeding.unfinished();
    let happened = false;
    for (const id of ids) {
      for (let step = 0; step < STEPS && !this.stopped; step++) {
        if (!(await this.feeding.step(id))) break;
        happened = true;
      }
    }
    this.pauseMs = happened ? SHORTEST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2);
    return ids.length > 0;
  }
}
