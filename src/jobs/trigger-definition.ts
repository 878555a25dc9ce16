import { CALENDAR_START_MS } from '../calendar/civil-date.js';
import type { Schedule } from '../calendar/schedule.js';
import { DomainError, invalidField } from '../kernel/domain-error.js';
import { zoneOfRecurrence } from '../calendar/rrule-text.js';
import { NO_CALENDARS, type CalendarBook } from './calendars/stored-calendar.js';
import { compileStored, scheduleKey, type ScheduleColumns } from './stored-schedule.js';
import type { PatchTriggerDto, ScheduleInputDto } from './trigger-input.dto.js';
import type { StoredSpec, Trigger, TriggerKind } from './trigger.entity.js';

/** The columns of a trigger that its owner defines. */
export type TriggerDefinition = ScheduleColumns &
  Pick<
    Trigger,
    'name' | 'maxRuns' | 'jitterMs' | 'misfirePolicy' | 'misfireGraceMs' | 'misfireCap' | 'catchUpWindowMs' | 'paused'
  >;

/** What a trigger gets that its owner says nothing about. */
const DEFAULTS: Omit<TriggerDefinition, 'kind' | 'spec'> = {
  name: '',
  timeZone: 'UTC',
  startAt: null,
  endAt: null,
  dstGap: 'run_at_transition',
  dstOverlap: 'first',
  maxRuns: null,
  jitterMs: 0,
  misfirePolicy: 'fire_once',
  misfireGraceMs: '60000',
  misfireCap: 100,
  catchUpWindowMs: null,
  excludeCalendars: [],
  onlyCalendars: [],
  paused: false,
};

/** A checked definition with its compiled schedule. */
export interface DefinedTrigger {
  readonly definition: TriggerDefinition;
  readonly schedule: Schedule;
}

/**
 * Lays `input` over `base` (null: the defaults) and compiles the schedule with the calendars of `book`. `pointer` stands before field
 * names in errors. Throws `invalid_input` naming each bad field.
 */
export function defineTrigger(
  input: PatchTriggerDto,
  base: TriggerDefinition | null,
  now: Date,
  book: CalendarBook,
  pointer = '',
): DefinedTrigger {
  const from = base ?? DEFAULTS;
  const definition: TriggerDefinition = {
    ...defineSchedule(input, base, now, pointer),
    name: input.name ?? from.name,
    maxRuns: input.maxRuns === undefined ? from.maxRuns : input.maxRuns,
    jitterMs: toMs(input.jitterSeconds) ?? from.jitterMs,
    misfirePolicy: input.misfirePolicy ?? from.misfirePolicy,
    misfireGraceMs: toMs(input.misfireGraceSeconds)?.toString() ?? from.misfireGraceMs,
    misfireCap: input.misfireCap ?? from.misfireCap,
    catchUpWindowMs:
      input.catchUpWindowSeconds === undefined
        ? from.catchUpWindowMs
        : (toMs(input.catchUpWindowSeconds)?.toString() ?? null),
    paused: input.paused ?? from.paused,
  };
  return { definition, schedule: compileAt(definition, book, pointer) };
}

/** The same for a schedule that belongs to no trigger, as in a preview. */
export function defineSchedule(
  input: Partial<ScheduleInputDto>,
  base: ScheduleColumns | null,
  now: Date,
  pointer = '',
): ScheduleColumns {
  const from = base ?? DEFAULTS;
  const kind = input.kind ?? base?.kind;
  if (kind === undefined)
    throw invalidField(
      `${pointer}/kind`,
      'required',
      `${pointer}/kind is missing; expected cron, interval, date or rrule.`,
    );
  return {
    kind,
    spec: readSpec(kind, input, base?.kind === kind ? base.spec : null, now, pointer),
    timeZone: input.timeZone ?? zoneOfRecurrence(input.rrule ?? '') ?? from.timeZone,
    startAt: input.startAt === undefined ? from.startAt : input.startAt,
    endAt: input.endAt === undefined ? from.endAt : input.endAt,
    dstGap: input.dstGap ?? from.dstGap,
    dstOverlap: input.dstOverlap ?? from.dstOverlap,
    excludeCalendars: input.excludeCalendars ?? from.excludeCalendars,
    onlyCalendars: input.onlyCalendars ?? from.onlyCalendars,
  };
}

/** `compileStored` with the fields of errors put under `pointer`. */
export function compileAt(columns: ScheduleColumns, book: CalendarBook, pointer: string): Schedule {
  try {
    return compileStored(columns, book);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const fields = error.fields.map((f) => {
      const field = pointer + (f.field === '/everyMs' ? '/everySeconds' : f.field);
      return { ...f, field, message: `${field}: ${f.message}` };
    });
    throw new DomainError(error.code, fields.map((f) => f.message).join(' '), fields, { cause: error });
  }
}

/** The first instant after `nowMs`. Throws `never_fires` when there is none, because storing such a trigger would do nothing. */
export function firstInstant({ definition, schedule }: DefinedTrigger, nowMs: number, pointer = ''): number {
  const next = schedule.next(nowMs);
  if (next !== null) return next;
  const field =
    pointer +
    (definition.kind === 'date'
      ? '/at'
      : definition.kind === 'interval'
        ? '/everySeconds'
        : definition.kind === 'rrule'
          ? '/rrule'
          : 'fields' in definition.spec
            ? '/fields'
            : '/expression');
  const isPast = definition.kind === 'date' || schedule.next(nowMs - LOOK_BACK_MS) !== null;
  const last = isPast
    ? `its last instant has passed (now is ${new Date(nowMs).toISOString()})`
    : 'no instant of the last ten years or the future satisfies it';
  const message = `${field} ${JSON.stringify(Object.values(definition.spec)[0])} never fires: ${last}.`;
  throw new DomainError('never_fires', message, [{ field, code: 'never_fires', message }]);
}

/** Whether the one instant of a date may have passed when it is stored. `fire`: then it is due at once, and its misfire rule decides. */
export type LateDates = 'refuse' | 'fire';

/** After which moment the instants of a new trigger count, in ms: after now, or after none for a date that may be late. */
export function countedFrom({ kind }: ScheduleColumns, nowMs: number, lateDates: LateDates): number {
  return kind === 'date' && lateDates === 'fire' ? CALENDAR_START_MS - 1 : nowMs;
}

/** True when both have the same instants. */
export function sameInstants(a: ScheduleColumns, b: ScheduleColumns): boolean {
  const namesOf = (columns: ScheduleColumns): string =>
    JSON.stringify([columns.excludeCalendars, columns.onlyCalendars]);
  return scheduleKey(a, NO_CALENDARS) === scheduleKey(b, NO_CALENDARS) && namesOf(a) === namesOf(b);
}

/** How far an error message looks back for the last instant: zone rules are loaded for all that is looked at. */
const LOOK_BACK_MS = 10 * 365 * 86_400_000;

/** Which fields belong to which kind. */
const FIELDS_OF: Readonly<Record<TriggerKind, readonly (keyof ScheduleInputDto)[]>> = {
  cron: ['expression', 'fields'],
  interval: ['everySeconds', 'anchorAt'],
  date: ['at'],
  rrule: ['rrule'],
};

function readSpec(
  kind: TriggerKind,
  input: Partial<ScheduleInputDto>,
  base: StoredSpec | null,
  now: Date,
  pointer: string,
): StoredSpec {
  for (const [owner, fields] of Object.entries(FIELDS_OF)) {
    const stray = fields.find((field) => owner !== kind && input[field] !== undefined);
    if (stray !== undefined)
      throw invalidField(
        `${pointer}/${stray}`,
        'wrong_kind',
        `${pointer}/${stray} belongs to the kind ${owner}, but kind is ${kind}.`,
      );
  }
  switch (kind) {
    case 'cron':
      return readCron(input, base, pointer);
    case 'interval': {
      const before = base as { everyMs: number; anchorAt: string } | null;
      const everyMs = toMs(input.everySeconds) ?? before?.everyMs;
      if (everyMs === undefined) throw missing(pointer, 'everySeconds', kind, 'a number of seconds such as 90');
      return { everyMs, anchorAt: input.anchorAt?.toISOString() ?? before?.anchorAt ?? now.toISOString() };
    }
    case 'date': {
      const at = input.at?.toISOString() ?? (base as { at: string } | null)?.at;
      if (at === undefined) throw missing(pointer, 'at', kind, 'an instant such as 2030-01-01T08:00:00Z');
      return { at };
    }
    case 'rrule': {
      const rrule = input.rrule ?? (base as { rrule: string } | null)?.rrule;
      if (rrule === undefined)
        throw missing(pointer, 'rrule', kind, 'lines such as DTSTART:20260105T090000 and RRULE:FREQ=WEEKLY;BYDAY=MO');
      return { rrule };
    }
  }
}

function readCron(input: Partial<ScheduleInputDto>, base: StoredSpec | null, pointer: string): StoredSpec {
  if (input.expression !== undefined && input.fields !== undefined) {
    throw invalidField(
      `${pointer}/fields`,
      'contradiction',
      `${pointer}/fields and ${pointer}/expression say the same in two ways; give one of them.`,
    );
  }
  if (input.expression !== undefined) return { expression: input.expression };
  if (input.fields !== undefined)
    return {
      fields: Object.fromEntries(Object.entries(input.fields).filter(([, value]) => value != null)),
    };
  if (base === null) throw missing(pointer, 'expression', 'cron', 'a cron expression such as */5 * * * *');
  return base;
}

function missing(pointer: string, field: string, kind: string, expected: string): DomainError {
  return invalidField(
    `${pointer}/${field}`,
    'required',
    `${pointer}/${field} is missing: the kind ${kind} needs ${expected}.`,
  );
}

function toMs(seconds: number | null | undefined): number | null {
  return seconds == null ? null : Math.round(seconds * 1000);
}
