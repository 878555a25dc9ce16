const WITH_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)$/;
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?$/;
const FROM_NOW = /^(\+\d{1,6} ?[a-z]+ ?)+$/;
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** Milliseconds of a unit by the beginning of its name; months and years are counted in the calendar. */
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^m(in(ute)?s?)?$/, MINUTE],
  [/^h(ours?)?$/, 60 * MINUTE],
  [/^d(ays?)?$/, DAY],
  [/^w(eeks?)?$/, 7 * DAY],
];
const MONTHS: readonly (readonly [RegExp, number])[] = [
  [/^mo(nths?)?$/, 1],
  [/^y(ears?)?$/, 12],
];

/**
 * The instant at which a token ends, as the official client hands it on (`tokens.create`): `2030-01-01 08:00` in UTC, with an offset too, or from now on,
 * `+10h`, `+30 minutes`, `+1 day`, several of them one after the other. Null: it is none.
 */
export function readExpiry(text: string, now: Date): Date | null {
  if (FROM_NOW.test(text)) return fromNow(text, now);
  const isoText = WITH_ZONE.test(text) ? text : WITHOUT_ZONE.test(text) ? `${text}Z` : '';
  const instant = new Date(isoText.replace(' ', 'T'));
  return Number.isNaN(instant.getTime()) ? null : instant;
}

function fromNow(text: string, now: Date): Date | null {
  let at = now;
  for (const [, count = '', unit = ''] of text.matchAll(/\+(\d+) ?([a-z]+)/g)) {
    const after = later(at, Number(count), unit);
    if (after === null || Number.isNaN(after.getTime()) || after.getUTCFullYear() > 9999) return null;
    at = after;
  }
  return at;
}

function later(at: Date, count: number, unit: string): Date | null {
  const [, milliseconds] = UNITS.find(([name]) => name.test(unit)) ?? [];
  if (milliseconds !== undefined) return new Date(at.getTime() + count * milliseconds);
  const [, months] = MONTHS.find(([name]) => name.test(unit)) ?? [];
  if (months === undefined) return null;
  const after = new Date(at);
  after.setUTCMonth(at.getUTCMonth() + count * months);
  // The last day of a shorter month stands for days that it has not.
  if (after.getUTCDate() !== at.getUTCDate()) after.setUTCDate(0);
  return after;
}
