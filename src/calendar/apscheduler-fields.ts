/**
 * The field grammar of APScheduler 3, which ndscheduler shows its clients: Monday is 0, `day` and `day_of_week` must both
 * match, ranges ascend, fields left out depend on which ones are given. Source: the contract of the ndscheduler API,
 * section 1.6.
 */
import { invalidField } from '../kernel/domain-error.js';
import { readApschedulerItem, type ApschedulerFieldName, type ApschedulerItem } from './apscheduler-item.js';
import { noDays, type DayField } from './day-field.js';
import { InputProblems } from './input-problems.js';
import type { WallClockFields } from './wall-clock-pattern.js';

// From the coarsest to the finest: the order that decides the defaults.
const FIELD_NAMES = ['month', 'day', 'week', 'day_of_week', 'hour', 'minute'] as const;

/** A rule as the client wrote it. `day_of_week` counts from 0 = Monday; `week` is the ISO week, 1-53. */
export interface ApschedulerFields {
  month?: string;
  day?: string;
  week?: string;
  day_of_week?: string;
  hour?: string;
  minute?: string;
}

/** Values of fields that are finer than the finest one given. */
const MINIMUM: Readonly<Record<ApschedulerFieldName, string>> = {
  month: '1',
  day: '1',
  week: '*',
  day_of_week: '*',
  hour: '0',
  minute: '0',
};

const MAX_LENGTH = 1000;

/**
 * All six fields as APScheduler echoes them: lower case, no space after commas, numbers without leading zeros, the step
 * of a range of names dropped (`mon-fri/2` becomes `mon-fri`, which is also how it runs), fields left out filled in.
 * @throws DomainError `invalid_input` at `/fields/<name>` with `cron_field`, or at `/fields` with `cron_field_missing`
 */
export function normaliseApschedulerFields(fields: ApschedulerFields): Required<ApschedulerFields> {
  const items = readFields(fields);
  const echo = (name: ApschedulerFieldName): string => items[name].map((item) => item.text).join(',');
  return {
    month: echo('month'),
    day: echo('day'),
    week: echo('week'),
    day_of_week: echo('day_of_week'),
    hour: echo('hour'),
    minute: echo('minute'),
  };
}

/** What the fields select. Errors as for `normaliseApschedulerFields`. */
export function parseApschedulerFields(fields: ApschedulerFields): WallClockFields {
  const items = readFields(fields);
  const numbers = (name: ApschedulerFieldName): number[] =>
    [...new Set(items[name].flatMap((item) => item.values))].sort((a, b) => a - b);
  const dayOfWeek = noDays();
  for (const mondayBased of numbers('day_of_week')) dayOfWeek.weekdays |= 1 << ((mondayBased + 1) % 7);
  const weeks = new Set(numbers('week'));
  return {
    seconds: [0],
    minutes: numbers('minute'),
    hours: numbers('hour'),
    months: numbers('month'),
    dayOfMonth: dayField(items.day),
    dayOfWeek,
    dayRule: 'all',
    weeks: weeks.size === 53 ? null : weeks,
  };
}

function dayField(items: readonly ApschedulerItem[]): DayField {
  const field = noDays();
  for (const { values, position } of items) {
    for (const day of values) field.days |= 1 << (day - 1);
    if (position === 'last') field.fromLast |= 1;
    else if (position?.nth === 'last') field.lastOf |= 1 << position.weekday;
    else if (position) field.nth[position.nth - 1] = (field.nth[position.nth - 1] ?? 0) | (1 << position.weekday);
  }
  return field;
}

function readFields(fields: ApschedulerFields): Record<ApschedulerFieldName, ApschedulerItem[]> {
  const given = FIELD_NAMES.filter((name) => fields[name] !== undefined);
  const finest = given.at(-1);
  if (finest === undefined) {
    throw invalidField(
      '/fields',
      'cron_field_missing',
      `fields: none given; give at least one of ${FIELD_NAMES.join(', ')}`,
    );
  }
  const problems = new InputProblems();
  const read = (name: ApschedulerFieldName): ApschedulerItem[] => {
    const isFiner = FIELD_NAMES.indexOf(name) > FIELD_NAMES.indexOf(finest);
    return problems.attempt(() => readField(name, fields[name] ?? (isFiner ? MINIMUM[name] : '*'))) ?? [];
  };
  const items = {
    month: read('month'),
    day: read('day'),
    week: read('week'),
    day_of_week: read('day_of_week'),
    hour: read('hour'),
    minute: read('minute'),
  };
  problems.throwIfAny();
  return items;
}

function readField(name: ApschedulerFieldName, text: unknown): ApschedulerItem[] {
  const refuse = (message: string): never => {
    throw invalidField(`/fields/${name}`, 'cron_field', `${name}: ${message}`);
  };
  if (typeof text !== 'string') return refuse(`${JSON.stringify(text)} is not a string`);
  if (text.length > MAX_LENGTH) return refuse(`${String(text.length)} characters are more than ${String(MAX_LENGTH)}`);
  return text
    .trim()
    .split(/ *, */)
    .map((item) => readApschedulerItem(name, item, refuse));
}
