/**
 * Wall-clock times that a rule selects, without a zone. A time is written as the ms of the instant at which a clock in UTC
 * shows it; `CronSchedule` turns it into instants of a zone.
 */
export interface LocalTimes {
  /** First time at or after `localMs`, or Infinity when none is left. */
  next(localMs: number): number;
  /** Whether the rule matches in every hour of a day, which makes it follow elapsed time instead of the wall clock. */
  readonly isEveryHour: boolean;
}
