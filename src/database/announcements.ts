import { Logger } from '@nestjs/common';
import { runOutsideContext } from '../context/request-context.js';
import { messageOf } from '../kernel/message-of.js';
import type { Listener } from './listener.js';

/** PostgreSQL refuses payloads of 8,000 bytes. */
const LONGEST_PAYLOAD = 7_900;

/** What a committed transaction has to tell workers and schedulers; null: nothing. */
export interface News {
  /** Ids of queues with new pending runs, comma-separated. */
  readonly ready: string | null;
  /** Milliseconds since the epoch at which the earliest of some new delayed runs becomes due. */
  readonly delayed: string | null;
}

/**
 * Tells what was committed: this process at once and without the database, the others with one NOTIFY for all that has gathered while
 * the one before was under way.
 *
 * Not in the transaction of the change: PostgreSQL lets transactions with a NOTIFY commit one after the other, each with a flush of its own
 * (375 to 576 instead of 1,493 to 2,617 commits/s, `test/bench/README.md`). Who dies between commit and announcement costs the others the
 * time until their next poll (5 s), never a run.
 */
export class Announcements {
  private readonly logger = new Logger('Announcements');
  private readonly ready = new Set<string>();
  private delayedMs = Infinity;
  private isSending = false;

  constructor(private readonly listener: Listener) {
    listener.onConnect(() => void this.send());
  }

  /** To be called after the commit. */
  tell(news: News): void {
    runOutsideContext(() => this.tellAll(news));
  }

  private tellAll({ ready, delayed }: News): void {
    if (ready !== null) {
      for (const id of ready.split(',')) this.ready.add(id);
      this.listener.deliver('dispatch', ready);
    }
    if (delayed !== null) {
      this.delayedMs = Math.min(this.delayedMs, Number(delayed));
      this.listener.deliver('delayed', delayed);
    }
    void this.send();
  }

  /** What could not be sent is kept for the next time or the next connection. */
  private async send(): Promise<void> {
    if (this.isSending || !this.listener.isConnected) return;
    this.isSending = true;
    try {
      while (this.ready.size > 0 || this.delayedMs < Infinity) await this.sendOnce();
    } catch (error) {
      this.logger.debug(`Others were not told: ${messageOf(error)}`);
    } finally {
      this.isSending = false;
    }
  }

  private async sendOnce(): Promise<void> {
    const ready = [...this.ready];
    const { delayedMs } = this;
    this.ready.clear();
    this.delayedMs = Infinity;
    const list = ready.join(',');
    try {
      await this.listener.notify([
        // Empty means: look at all.
        ...(ready.length === 0
          ? []
          : [{ channel: 'dispatch' as const, payload: list.length > LONGEST_PAYLOAD ? '' : list }]),
        ...(delayedMs === Infinity ? [] : [{ channel: 'delayed' as const, payload: String(delayedMs) }]),
      ]);
    } catch (error) {
      for (const id of ready) this.ready.add(id);
      this.delayedMs = Math.min(this.delayedMs, delayedMs);
      throw error;
    }
  }
}
