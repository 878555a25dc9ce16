/** The times of day that a rule selects, found by three table look-ups. Knows nothing of days or zones. */
export class TimeOfDay {
  /** The earliest selected time, in seconds since midnight. */
  readonly first: number;
  private readonly nextSecond: Int8Array;
  private readonly nextMinute: Int8Array;
  private readonly nextHour: Int8Array;

  /** Each list is ascending and not empty. */
  constructor(seconds: readonly number[], minutes: readonly number[], hours: readonly number[]) {
    this.nextSecond = nextTable(seconds, 60);
    this.nextMinute = nextTable(minutes, 60);
    this.nextHour = nextTable(hours, 24);
    this.first = at(this.nextHour, 0) * 3600 + at(this.nextMinute, 0) * 60 + at(this.nextSecond, 0);
  }

  /** First selected time at or after `second` (seconds since midnight, 0-86400), or -1 when the day has none left. */
  next(second: number): number {
    const hour = (second / 3600) | 0;
    const minute = ((second / 60) | 0) - hour * 60;
    const nextHour = at(this.nextHour, hour);
    if (nextHour < 0) return -1;
    if (nextHour > hour) return nextHour * 3600 + at(this.nextMinute, 0) * 60 + at(this.nextSecond, 0);
    if (at(this.nextMinute, minute) === minute) {
      const nextSecond = at(this.nextSecond, second % 60);
      if (nextSecond >= 0) return hour * 3600 + minute * 60 + nextSecond;
    }
    const nextMinute = at(this.nextMinute, minute + 1);
    if (nextMinute >= 0) return hour * 3600 + nextMinute * 60 + at(this.nextSecond, 0);
    const laterHour = at(this.nextHour, hour + 1);
    return laterHour < 0 ? -1 : laterHour * 3600 + at(this.nextMinute, 0) * 60 + at(this.nextSecond, 0);
  }
}

/** Entry v: the first selected value at or after v, or -1. One entry past the end, so that v + 1 may be asked. */
function nextTable(values: readonly number[], size: number): Int8Array {
  const table = new Int8Array(size + 1).fill(-1);
  const selected = new Set(values);
  for (let value = size - 1; value >= 0; value--) {
    table[value] = selected.has(value) ? value : (table[value + 1] ?? -1);
  }
  return table;
}

function at(table: Int8Array, index: number): number {
  return table[index] ?? -1;
}
