/** The way a run is stopped from outside: SIGTERM first, the whole tree killed after the grace time. */

/** 24.8 days; with more, a timer of Node fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What can be stopped. */
export interface Stoppable {
  /** Asks to stop. */
  terminate(): void;
  /** Kills everything at once. */
  kill(): void;
}

/** Timers and reasons of stopping one run. The first reason counts; a later and harsher request only hastens the end. */
export class StopSequence {
  /** Why the run was stopped, or null if nobody asked. */
  reason: 'cancelled' | 'timed_out' | null = null;
  private timeout: NodeJS.Timeout | undefined;
  private grace: NodeJS.Timeout | undefined;

  constructor(
    private readonly target: Stoppable,
    private readonly limits: { timeoutMs: number | null; killGraceMs: number },
  ) {}

  /** Starts the run's clock. */
  arm(): void {
    if (this.limits.timeoutMs !== null) this.armFor(this.limits.timeoutMs);
  }

  /** Asks the run to stop, and kills it when it has not done so within the grace time. Does nothing the second time. */
  stop(reason: 'cancelled' | 'timed_out'): void {
    if (this.reason !== null) return;
    this.reason = reason;
    if (this.limits.killGraceMs <= 0) return this.target.kill();
    this.grace = setTimeout(() => this.target.kill(), Math.min(this.limits.killGraceMs, LONGEST_TIMER_MS));
    this.target.terminate();
  }

  /** Kills the run now. */
  kill(): void {
    this.reason ??= 'cancelled';
    clearTimeout(this.grace);
    this.target.kill();
  }

  /** Stops all timers: the run is over. */
  dispose(): void {
    clearTimeout(this.timeout);
    clearTimeout(this.grace);
  }

  private armFor(remainingMs: number): void {
    const stepMs = Math.min(remainingMs, LONGEST_TIMER_MS);
    this.timeout = setTimeout(() => {
      if (remainingMs > stepMs) this.armFor(remainingMs - stepMs);
      else this.stop('timed_out');
    }, stepMs);
  }
}
