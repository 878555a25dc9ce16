import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Schedule } from '../calendar/schedule.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { Listener } from '../database/listener.js';
import { DueTriggers, type DueTrigger } from '../jobs/due-triggers.service.js';
import { compileStored, scheduleKey } from '../jobs/stored-schedule.js';
import type { ArmedTrigger } from './armed-trigger.js';
import { DatabaseTime } from './database-time.js';
import { FireLoop } from './fire-loop.js';
import { RecheckLoop } from './recheck-loop.js';
import { TriggerRegistry } from './trigger-registry.js';
import { messageOf } from '../kernel/message-of.js';

/** Compiled schedules that are kept; most triggers of a fleet share a few expressions. */
const SCHEDULE_CACHE = 10_000;

/**
 * Keeps a timer for every trigger that is due within the horizon. At boot, every half horizon and after a lost LISTEN connection it
 * sweeps the table; in between it hears of changes through NOTIFY. Losing all timers loses nothing: the next sweep finds them again.
 */
@Injectable()
export class SchedulerService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Scheduler');
  private readonly schedules = new Map<string, Schedule>();
  private sweeping: Promise<void> | null = null;
  private stopped = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly triggers: DueTriggers,
    private readonly registry: TriggerRegistry,
    private readonly time: DatabaseTime,
    private readonly fireLoop: FireLoop,
    private readonly recheckLoop: RecheckLoop,
    private readonly listener: Listener,
  ) {
    listener.on('triggers', (payload) => this.onTriggersChanged(payload));
    fireLoop.onFired((trigger) => this.arm(trigger));
    fireLoop.onLost((ids) => this.recheckLoop.add(ids, 'soon'));
    recheckLoop.onRead((ids, found) => this.rearm(ids, found));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.sweep();
    this.listener.onConnect(() => void this.sweep());
    this.registry.every('sweep', this.config.sweepHorizonMs / 2, () => void this.sweep());
    this.logger.log(`${this.registry.size} triggers are armed for the next ${this.config.sweepHorizonMs / 1000} s`);
  }

  /** Stops firing; waits for the statements that are under way. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.registry.clear();
    this.recheckLoop.stop();
    await this.fireLoop.stop();
    await this.sweeping;
  }

  /** Arms everything that is due within the horizon. A failure is logged; the next sweep tries again. */
  sweep(): Promise<void> {
    this.sweeping ??= this.runSweep()
      .catch((error: unknown) => this.logger.warn(`The sweep failed and will be repeated: ${messageOf(error)}`))
      .finally(() => (this.sweeping = null));
    return this.sweeping;
  }

  private async runSweep(): Promise<void> {
    if (this.stopped) return;
    await this.time.measure();
    for await (const page of this.triggers.within(this.config.sweepHorizonMs)) {
      for (const row of page) this.armRow(row);
    }
  }

  private onTriggersChanged(payload: string): void {
    if (payload === '') void this.sweep();
    else this.recheckLoop.add(payload.split(','), 'now');
  }

  private rearm(ids: readonly string[], found: readonly DueTrigger[]): void {
    const byId = new Map(found.map((row) => [row.id, row]));
    for (const id of ids) {
      const row = byId.get(id);
      if (row === undefined) this.registry.disarm(id);
      else this.armRow(row);
    }
  }

  private armRow(row: DueTrigger): void {
    const dueAtMs = row.nextFireAt.getTime();
    if (this.registry.isArmed(row.id, dueAtMs, row.version) || this.registry.isOutdated(row.id, row.version)) return;
    if (this.fireLoop.isQueued(row.id)) {
      // What it is armed with after firing may be older than this row.
      this.recheckLoop.add([row.id], 'soon');
      return;
    }
    const schedule = this.scheduleOf(row);
    if (schedule !== null) {
      const accountedToMs = row.accountedTo.getTime();
      this.arm({ row, schedule, dueAtMs, runCount: row.runCount, accountedToMs });
    }
  }

  private arm(trigger: ArmedTrigger): void {
    if (this.stopped) return;
    const delayMs = trigger.dueAtMs - this.time.nowMs();
    if (delayMs > this.config.sweepHorizonMs) this.registry.disarm(trigger.row.id);
    else this.registry.arm(trigger, delayMs, (due) => this.fireLoop.add(due));
  }

  private scheduleOf(row: DueTrigger): Schedule | null {
    const key = scheduleKey(row, row.calendars);
    const known = this.schedules.get(key);
    if (known !== undefined) return known;
    try {
      const schedule = compileStored(row, row.calendars);
      if (this.schedules.size >= SCHEDULE_CACHE) this.schedules.clear();
      this.schedules.set(key, schedule);
      return schedule;
    } catch (error) {
      this.logger.error(`Trigger ${row.id} cannot fire, its schedule does not compile: ${messageOf(error)}`);
      return null;
    }
  }
}
