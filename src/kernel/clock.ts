/**
 * The only source of "now" in TypeScript, so that tests can move time. SQL uses the database's own clock; the skew between
 * the two is measured at start and exported as a metric.
 */
export class Clock {
  /** The current instant. */
  now(): Date {
    return new Date(this.nowMs());
  }

  /** Milliseconds since the epoch. */
  nowMs(): number {
    return Date.now();
  }
}
