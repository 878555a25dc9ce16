import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { ArmedTrigger } from './armed-trigger.js';

/**
 * The timers of the due instants, and the only user of Nest's `SchedulerRegistry`. One timeout stands for all triggers that are due at
 * the same millisecond: 100,000 `CronJob`s would take 97 s and 1 GB to register on a 2-core machine, plain timeouts a few µs each.
 * A timer only says when to look; whether a trigger really fires is decided by the database.
 */
@Injectable()
export class TriggerRegistry {
  private readonly dueAt = new Map<string, number>();
  private readonly buckets = new Map<number, Map<string, ArmedTrigger>>();

  constructor(private readonly timers: SchedulerRegistry) {}

  /** Number of armed triggers. */
  get size(): number {
    return this.dueAt.size;
  }

  /** Arms a trigger, instead of whatever was armed for it. `onDue` gets all triggers of the instant `delayMs` from now. */
  arm(trigger: ArmedTrigger, delayMs: number, onDue: (due: ArmedTrigger[]) => void): void {
    this.disarm(trigger.row.id);
    let bucket = this.buckets.get(trigger.dueAtMs);
    if (bucket === undefined) {
      bucket = new Map();
      this.buckets.set(trigger.dueAtMs, bucket);
      const { dueAtMs } = trigger;
      // Rounded up: a timer that fires early would find nothing due.
      this.timers.addTimeout(
        timerName(dueAtMs),
        setTimeout(() => onDue(this.take(dueAtMs)), Math.max(0, Math.ceil(delayMs))),
      );
    }
    bucket.set(trigger.row.id, trigger);
    this.dueAt.set(trigger.row.id, trigger.dueAtMs);
  }

  /** Forgets a trigger; the last one of an instant takes the timer with it. */
  disarm(triggerId: string): void {
    const dueAtMs = this.dueAt.get(triggerId);
    if (dueAtMs === undefined) return;
    this.dueAt.delete(triggerId);
    const bucket = this.buckets.get(dueAtMs);
    bucket?.delete(triggerId);
    if (bucket?.size === 0) {
      this.buckets.delete(dueAtMs);
      this.timers.deleteTimeout(timerName(dueAtMs));
    }
  }

  /** True when exactly this instant of this version is armed already. */
  isArmed(triggerId: string, dueAtMs: number, version: number): boolean {
    return this.dueAt.get(triggerId) === dueAtMs && this.buckets.get(dueAtMs)?.get(triggerId)?.row.version === version;
  }

  /** True when a later version than this is armed: a page of a sweep can be older than what a notification has brought since. */
  isOutdated(triggerId: string, version: number): boolean {
    const armed = this.buckets.get(this.dueAt.get(triggerId) ?? NaN)?.get(triggerId);
    return armed !== undefined && armed.row.version > version;
  }

  /** Calls `work` every `periodMs` until `clear`. */
  every(name: string, periodMs: number, work: () => void): void {
    this.timers.addInterval(name, setInterval(work, periodMs));
  }

  /** Stops all timers. */
  clear(): void {
    for (const dueAtMs of this.buckets.keys()) this.timers.deleteTimeout(timerName(dueAtMs));
    for (const name of this.timers.getIntervals()) this.timers.deleteInterval(name);
    this.buckets.clear();
    this.dueAt.clear();
  }

  private take(dueAtMs: number): ArmedTrigger[] {
    const bucket = this.buckets.get(dueAtMs) ?? new Map<string, ArmedTrigger>();
    this.buckets.delete(dueAtMs);
    this.timers.deleteTimeout(timerName(dueAtMs));
    for (const id of bucket.keys()) this.dueAt.delete(id);
    return [...bucket.values()];
  }
}

function timerName(dueAtMs: number): string {
  return `due:${dueAtMs}`;
}
