import { RRuleTemporal } from 'rrule-temporal';
import { invalidField } from '../kernel/domain-error.js';
import type { LocalTimes } from './local-times.js';
import type { RuleParts } from './rrule-parts.js';
import { readRecurrence, type TextTime } from './rrule-text.js';
import { normaliseZone } from './zone-name.js';
import { zoneRules } from './zone-rules.js';

/**
 * Periods (years of a yearly rule, days of a daily one) that one search looks at before it says that nothing is left: it bounds the
 * cost of a rule that can never match to about 0.2 s (2 cores, 2026-11-22). Rules within a day skip days that cannot match at once.
 */
const MOST_PERIODS = 5_000;
const MOST_PERIODS_WITHIN_DAY = 2_000;
/** The same for finding the last of COUNT times, once, when a rule is read. */
const MOST_PERIODS_COUNTED = 20_000;
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const ALL_HOURS = 24;
const PERIODS_PER_HOUR: Readonly<Record<string, number>> = { HOURLY: 1, MINUTELY: 60, SECONDLY: 3600 };

/**
 * The wall-clock times of DTSTART, RRULE, RDATE and EXDATE (RFC 5545). The library `rrule-temporal` expands each rule in UTC, so
 * that it knows nothing of zones: what becomes of a time that the zone leaves out or shows twice is decided where it is for
 * cron, in `CronSchedule`. COUNT counts wall-clock times, and EXDATE takes away after counting, as the RFC says.
 */
export class RruleTimes implements LocalTimes {
  readonly isEveryHour: boolean;

  private constructor(
    private readonly rules: readonly SearchedRule[],
    private readonly added: readonly number[],
    private readonly excluded: ReadonlySet<number>,
    isEveryHour: boolean,
  ) {
    this.isEveryHour = isEveryHour;
  }

  /**
   * Times with `Z` in the text are turned into the wall clock of `timeZone`, a name that `normaliseZone` accepts.
   * @throws DomainError `invalid_input` at `/rrule` for a text that is none or a `TZID` that is not `timeZone`
   */
  static read(text: string, timeZone: string): RruleTimes {
    const { start, rules, added, excluded, timeZone: named } = readRecurrence(text);
    if (named !== null && normaliseZone(named, '/rrule') !== timeZone)
      throw invalidField(
        '/rrule',
        'two_zones',
        `rrule names the zone ${JSON.stringify(named)}, but timeZone is ${timeZone}; say the same in both or leave TZID out`,
      );
    const local = ({ ms, isUtc }: TextTime): number => (isUtc ? ms + zoneRules(timeZone).offsetAt(ms) : ms);
    const startMs = local(start);
    return new RruleTimes(
      rules.map(
        ({ parts, until }) => new SearchedRule(expandable(startMs, parts, until === null ? null : local(until))),
      ),
      added.map(local).sort((a, b) => a - b),
      new Set(excluded.map(local)),
      added.length === 0 && rules.every((rule) => matchesEveryHour(rule.parts)),
    );
  }

  next(localMs: number): number {
    let from = localMs;
    for (;;) {
      const candidate = Math.min(this.nextAdded(from), ...this.rules.map((rule) => rule.next(from)));
      if (!this.excluded.has(candidate)) return candidate;
      from = candidate + 1;
    }
  }

  private nextAdded(fromMs: number): number {
    return this.added.find((atMs) => atMs >= fromMs) ?? Infinity;
  }
}

/** A rule that the library can search from anywhere. COUNT becomes the bound that it means, so that no search has to count again. */
function expandable(startMs: number, given: RuleParts, untilMs: number | null): RRuleTemporal {
  const { COUNT: count, ...parts } = completed(startMs, given);
  if (count === undefined) return make(startMs, parts, untilMs);
  const counted = make(startMs, { ...parts, COUNT: count }, null, MOST_PERIODS_COUNTED);
  const last = stopping(() => counted.all().at(-1)?.epochMilliseconds ?? startMs - 1000);
  if (last === undefined)
    throw invalidField(
      '/rrule',
      'count_too_far',
      `rrule has COUNT=${count}, which its rule does not reach within ${MOST_PERIODS_COUNTED} periods; give UNTIL, or maxRuns to the trigger`,
    );
  return make(startMs, parts, last);
}

/** Says what the RFC takes from DTSTART where the library does not: the day of a week that only its number names. */
function completed(startMs: number, parts: RuleParts): RuleParts {
  if (parts['BYWEEKNO'] === undefined || parts['BYDAY'] !== undefined) return parts;
  return { ...parts, BYDAY: WEEKDAYS[new Date(startMs).getUTCDay()] ?? 'SU' };
}

function make(startMs: number, parts: RuleParts, untilMs: number | null, periods?: number): RRuleTemporal {
  const bounded = untilMs === null ? parts : { ...parts, UNTIL: textOf(untilMs) };
  const rule = Object.entries(bounded).map(([key, value]) => `${key}=${value}`);
  try {
    return new RRuleTemporal({
      rruleString: `DTSTART:${textOf(startMs)}\nRRULE:${rule.join(';')}`,
      strict: true,
      cache: false,
      maxIterations: periods ?? (isWithinDay(parts) ? MOST_PERIODS_WITHIN_DAY : MOST_PERIODS),
    });
  } catch (error) {
    // What the grammar allows and the RFC forbids all the same, such as BYWEEKNO in a monthly rule.
    throw invalidField('/rrule', 'rfc5545', `rrule has a rule that RFC 5545 forbids: ${(error as Error).message}`);
  }
}

/** One rule, with its latest answer: an answer stays true for every question up to it, and callers come back with those. */
class SearchedRule {
  private askedMs = Infinity;
  private foundMs = -Infinity;

  constructor(private readonly rule: RRuleTemporal) {}

  next(fromMs: number): number {
    if (fromMs >= this.askedMs && fromMs <= this.foundMs) return this.foundMs;
    const from = new Date(Math.max(fromMs, -8.64e15));
    this.foundMs = stopping(() => this.rule.next(from, true)?.epochMilliseconds) ?? Infinity;
    this.askedMs = fromMs;
    return this.foundMs;
  }
}

/** The library throws when it has looked far enough; for us nothing is left then. */
function stopping<T>(search: () => T): T | undefined {
  try {
    return search();
  } catch (error) {
    if (error instanceof Error && /exceeded in/.test(error.message)) return undefined;
    throw error;
  }
}

function isWithinDay(parts: RuleParts): boolean {
  return PERIODS_PER_HOUR[parts['FREQ'] ?? ''] !== undefined;
}

/** Like an hour field of `*` or `0-23` in cron: no hour of a matching day goes without a time. */
function matchesEveryHour(parts: RuleParts): boolean {
  const hours = parts['BYHOUR'] === undefined ? null : new Set(parts['BYHOUR'].split(',').map(Number)).size;
  const interval = Number(parts['INTERVAL'] ?? 1);
  if (parts['BYSETPOS'] !== undefined) return false;
  const perHour = PERIODS_PER_HOUR[parts['FREQ'] ?? ''];
  if (perHour === undefined) return hours === ALL_HOURS;
  return perHour % interval === 0 && (hours ?? ALL_HOURS) === ALL_HOURS;
}

/** `20260105T090000Z`; years before 1000 do not occur. */
function textOf(localMs: number): string {
  return new Date(localMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
}
