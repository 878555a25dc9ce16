import { Injectable, Logger } from '@nestjs/common';
import { Firing, type TriggerFiring } from '../executions/firing.service.js';
import { isRefusedRow } from '../database/sql-state.js';
import { messageOf } from '../kernel/message-of.js';
import { DatabaseTime } from './database-time.js';
import { firingOf, type ArmedTrigger } from './armed-trigger.js';

/** Triggers in one statement. */
const MOST_TRIGGERS = 500;
/** One statement writes about this many occurrences. */
const OCCURRENCES_PER_STATEMENT = 2_000;

/**
 * Fires due triggers in batches, one after the other, and tells which were won and which are to be read again. Two statements at a time write to the same ends of the same indexes and leave no
 * room for the claims of what they have made: of 10,000 triggers that were due at once half were started after 1.2 s, and after 0.8 with one.
 */
@Injectable()
export class FireLoop {
  private readonly logger = new Logger('FireLoop');
  private readonly queue: ArmedTrigger[] = [];
  private readonly queued = new Set<string>();
  private active: Promise<void> | null = null;
  private firedHandler: (next: ArmedTrigger) => void = () => undefined;
  private lostHandler: (ids: string[]) => void = () => undefined;
  private stopped = false;

  constructor(
    private readonly firing: Firing,
    private readonly time: DatabaseTime,
  ) {}

  /** Called with each trigger that was won and has a next instant. */
  onFired(handler: (next: ArmedTrigger) => void): void {
    this.firedHandler = handler;
  }

  /** Called with the ids of triggers that somebody else fired or changed, or whose statement failed. */
  onLost(handler: (ids: string[]) => void): void {
    this.lostHandler = handler;
  }

  /** True while the trigger waits to be fired or is being fired. */
  isQueued(triggerId: string): boolean {
    return this.queued.has(triggerId);
  }

  add(due: readonly ArmedTrigger[]): void {
    for (const trigger of due) {
      if (this.stopped || this.queued.has(trigger.row.id)) continue;
      this.queued.add(trigger.row.id);
      this.queue.push(trigger);
    }
    this.pump();
  }

  /** Takes nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.queue.length = 0;
    await this.active;
  }

  private pump(): void {
    if (this.active !== null || this.queue.length === 0) return;
    this.active = this.fireBatch().finally(() => {
      this.active = null;
      this.pump();
    });
  }

  private async fireBatch(): Promise<void> {
    const batch = new Map<string, { trigger: ArmedTrigger; firing: TriggerFiring }>();
    let occurrences = 0;
    while (batch.size < MOST_TRIGGERS && occurrences < OCCURRENCES_PER_STATEMENT) {
      const trigger = this.queue.shift();
      if (trigger === undefined) break;
      const firing = firingOf(trigger, this.time.nowMs());
      occurrences += firing.occurrences.length;
      batch.set(trigger.row.id, { trigger, firing });
    }
    const lost: string[] = [];
    const won = await this.fireApart([...batch.values()].map((entry) => entry.firing));
    for (const [id, { trigger, firing }] of batch) {
      this.queued.delete(id);
      if (!won.has(id)) lost.push(id);
      else if (firing.nextAtMs !== null) {
        const runCount = trigger.runCount + firing.fired;
        this.firedHandler({ ...trigger, dueAtMs: firing.nextAtMs, runCount, accountedToMs: firing.lastAtMs });
      }
    }
    if (lost.length > 0) this.lostHandler(lost);
  }
  /**
   * Fires a batch and answers who was won. A trigger that the database refuses must not keep the others from firing: the batch is halved
   * until it is alone.
   */
  private async fireApart(batch: readonly TriggerFiring[]): Promise<ReadonlySet<string>> {
    try {
      return await this.firing.fire(batch);
    } catch (error) {
      if (batch.length > 1 && isRefusedRow(error)) {
        const middle = Math.ceil(batch.length / 2);
        const first = await this.fireApart(batch.slice(0, middle));
        return new Set([...first, ...(await this.fireApart(batch.slice(middle)))]);
      }
      const what = batch.length === 1 ? `the trigger ${batch[0]?.triggerId ?? ''}` : `${batch.length} triggers`;
      this.logger.warn(`Firing ${what} failed and will be repeated: ${messageOf(error)}`);
      return new Set();
    }
  }
}
