// Preview equals production: random triggers are armed and fired through a simulated year by the planning code of the scheduler, and
// their previews are read page by page. Both must name the same instants.
import { expect, it } from 'vitest';
import { preview, previewSkipped } from '../../src/calendar/preview.js';
import { compileStored, type ScheduleColumns } from '../../src/jobs/stored-schedule.js';
import { NO_CALENDARS, type CalendarBook, type StoredCalendar } from '../../src/jobs/calendars/stored-calendar.js';
import type { DueTrigger } from '../../src/jobs/due-triggers.service.js';
import type { StoredSpec, TriggerKind } from '../../src/jobs/trigger.entity.js';
import { firingOf } from '../../src/scheduler/armed-trigger.js';
import { proofSettings, randomFrom, report } from './proof-settings.js';

const settings = proofSettings();
const random = randomFrom(settings.seed);
const TRIGGERS = settings.isLong ? 10_000 : 150;
const YEAR_START = Date.UTC(2026, 0, 1);
const YEAR_END = Date.UTC(2027, 0, 1);
/** Instants of one trigger that are compared at most: some have one every second. */
const MOST_INSTANTS = settings.isLong ? 500 : 200;
/** How late the simulated scheduler may be; all within it is on time. */
const GRACE_MS = 6 * 3_600_000;

const below = (limit: number): number => Math.floor(random() * limit);
function pick<T>(items: readonly T[]): T {
  return items[below(items.length)] as T;
}
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'Pacific/Chatham',
];
const entries = [
  { yearly: '01-01' },
  { from: '2026-03-25', to: '2026-04-02' },
  { date: '2026-10-25' },
  { cron: '* 1-3 * * *' },
  { cron: '* * * * sat,sun' },
  { rrule: 'DTSTART:20260101T000000\nRRULE:FREQ=MONTHLY;BYDAY=-1FR' },
];
const book: CalendarBook = new Map(
  entries.map((entry, index): [string, StoredCalendar] => [
    `c${index}`,
    { id: String(index), name: `c${index}`, timeZone: zones[index] ?? 'UTC', entries: [entry], version: 1 },
  ]),
);

const specs: Readonly<Record<TriggerKind, () => StoredSpec>> = {
  cron: () => ({
    expression: pick([
      () => `${below(60)} ${below(24)} * * *`,
      () => `*/${1 + below(30)} ${pick(['*', '1-3', '*/2', '0,2'])} * * *`,
      () => `${below(60)} ${below(60)} ${below(4)} * * ${pick(['*', 'mon-fri', 'sun'])}`,
      () => `30 2 ${pick(['L', '15W', '28-31', '*/7'])} ${pick(['*', '3,10'])} *`,
    ])(),
  }),
  interval: () => ({
    everyMs: pick([1_000, 61_000, 3_600_000, 86_400_000, 1_000 + below(1e8)]),
    anchorAt: new Date(YEAR_START - below(1e10)).toISOString(),
  }),
  date: () => ({ at: new Date(YEAR_START + below(YEAR_END - YEAR_START)).toISOString() }),
  rrule: () => ({
    rrule: `DTSTART:2025${pick(['0101', '0630', '1026'])}T0${below(4)}${pick(['00', '30', '59'])}00\nRRULE:${pick([
      () => `FREQ=DAILY;INTERVAL=${1 + below(9)}`,
      () => `FREQ=WEEKLY;BYDAY=${pick(['SU', 'SA,SU', 'MO,WE'])};WKST=${pick(['MO', 'SU'])}`,
      () => `FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=${pick(['1', '-1', '3'])};COUNT=${1 + below(30)}`,
      () => `FREQ=HOURLY;INTERVAL=${1 + below(5)};UNTIL=20261101T000000Z`,
      () => `FREQ=YEARLY;BYYEARDAY=${1 + below(366)},-1`,
    ])()}`,
  }),
};

function aTrigger(): ScheduleColumns {
  const kind = pick(['cron', 'cron', 'cron', 'interval', 'date', 'rrule', 'rrule'] as const);
  const names = [...book.keys()];
  return {
    kind,
    spec: specs[kind](),
    timeZone: pick(zones),
    startAt: random() < 0.2 ? new Date(YEAR_START + below(1e10)) : null,
    endAt: random() < 0.2 ? new Date(YEAR_END - below(1e10)) : null,
    dstGap: pick(['skip', 'run_at_transition', 'shift']),
    dstOverlap: pick(['first', 'second', 'both']),
    excludeCalendars: random() < 0.3 ? [pick(names)] : [],
    onlyCalendars: random() < 0.1 ? [pick(names)] : [],
  };
}

/** Instants that run, and those that daylight saving takes up to the last of them. */
interface Instants {
  readonly runs: number[];
  readonly skipped: number[];
}

/** What the scheduler writes, as it arms, wakes up late, plans and goes on from what it wrote. */
function fired(columns: ScheduleColumns): Instants {
  const row: DueTrigger = {
    ...columns,
    ...{ id: 'trigger', tenantId: 'tenant', version: 1, maxRuns: null, runCount: 0, jitterMs: 0 },
    ...{ misfirePolicy: 'fire_all', misfireGraceMs: GRACE_MS, misfireCap: 100, catchUpWindowMs: null },
    calendars: NO_CALENDARS,
    ...{ nextFireAt: new Date(0), accountedTo: new Date(YEAR_START - 1) },
  };
  const schedule = compileStored(columns, book);
  const instants: number[] = [];
  const dropped: number[] = [];
  let accountedToMs = YEAR_START - 1;
  let dueAtMs = schedule.next(YEAR_START - 1);
  while (dueAtMs !== null && dueAtMs < YEAR_END && instants.length < MOST_INSTANTS) {
    const nowMs = dueAtMs + (random() < 0.5 ? below(50) : below(GRACE_MS));
    const firing = firingOf({ row, schedule, dueAtMs, runCount: instants.length, accountedToMs }, nowMs);
    instants.push(...firing.occurrences.filter((o) => o.missedReason === null).map((o) => o.atMs));
    dropped.push(...firing.occurrences.filter((o) => o.missedReason?.startsWith('dst_')).map((o) => o.atMs));
    dueAtMs = firing.nextAtMs;
    accountedToMs = firing.lastAtMs;
  }
  return cut(instants, dropped);
}

/** The first instants of the year, and what is skipped up to the last of them. */
function cut(instants: readonly number[], dropped: readonly number[]): Instants {
  const runs = instants.filter((atMs) => atMs < YEAR_END).slice(0, MOST_INSTANTS);
  const lastMs = runs.at(-1) ?? -Infinity;
  return { runs, skipped: dropped.filter((atMs) => atMs <= lastMs) };
}

/** What previews show, page by page. */
function previewed(columns: ScheduleColumns): Instants {
  const instants: number[] = [];
  const dropped: number[] = [];
  for (let after = YEAR_START - 1; instants.length < MOST_INSTANTS;) {
    const schedule = compileStored(columns, book);
    const shown = preview(schedule, columns.timeZone, after, 1 + below(1_000));
    const page = shown.map(({ atMs }) => atMs);
    dropped.push(...previewSkipped(schedule, after, shown).map(({ atMs }) => atMs));
    instants.push(...page.filter((atMs) => atMs < YEAR_END));
    after = page.at(-1) ?? YEAR_END;
    if (after >= YEAR_END) break;
  }
  return cut(instants, dropped);
}

it('previews name the instants that fire', { timeout: 3_600_000 }, async () => {
  const figures = {
    triggers: 0,
    instants: 0,
    skipped: 0,
    'triggers with calendars': 0,
    'triggers without an instant': 0,
  };
  for (let n = 0; n < TRIGGERS; n++) {
    if (n % 100 === 0) await new Promise(setImmediate); // lets the test runner breathe
    const columns = aTrigger();
    const [real, shown] = [fired(columns), previewed(columns)];
    figures.triggers++;
    figures.instants += real.runs.length;
    figures.skipped += real.skipped.length;
    if (columns.excludeCalendars.length + columns.onlyCalendars.length > 0) figures['triggers with calendars']++;
    if (real.runs.length === 0) figures['triggers without an instant']++;
    if (JSON.stringify(real) !== JSON.stringify(shown)) expect([columns, shown]).toEqual([columns, real]);
  }
  report('preview', settings, figures);
  expect(figures.instants).toBeGreaterThan(TRIGGERS);
});
