/**
 * Reads cron expressions: five fields (minute, hour, day of month, month, day of week), six with seconds in front, or a
 * macro such as `@daily`. The grammar is in docs/schedules.md.
 */
import { invalidField } from '../kernel/domain-error.js';
import { readDayOfMonth, readDayOfWeek } from './cron-day-fields.js';
import { readNumberItem, splitItems, type NumberField, type Refuse } from './cron-number-item.js';
import { InputProblems } from './input-problems.js';
import type { WallClockFields } from './wall-clock-pattern.js';

/** Longest expression that is read: a full list in each of six fields fits. */
const MAX_LENGTH = 1000;

/** Names that stand for a whole expression. */
export const CRON_MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const SECOND: NumberField = { label: 'second', min: 0, max: 59, last: 59, names: [], wraps: false };
const MINUTE: NumberField = { ...SECOND, label: 'minute' };
const HOUR: NumberField = { label: 'hour', min: 0, max: 23, last: 23, names: [], wraps: false };
const MONTH: NumberField = {
  label: 'month',
  min: 1,
  max: 12,
  last: 12,
  names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  wraps: true,
};

/**
 * What a cron expression selects. A day field that starts with `*` or is `?` restricts nothing by itself; when both day
 * fields are restricted, a day needs to match only one of them (the rule of Vixie cron).
 * @throws DomainError `invalid_input` at `/expression` with `cron_field`, `cron_field_count`, `cron_macro` or `cron_length`
 */
export function parseCronExpression(expression: string): WallClockFields {
  const text = expression.trim();
  if (text.length > MAX_LENGTH) {
    throw refusal('cron_length', `expression: ${String(text.length)} characters are more than ${String(MAX_LENGTH)}`);
  }
  const fields = (text.startsWith('@') ? readMacro(text) : text).split(/\s+/).filter((field) => field !== '');
  if (fields.length !== 5 && fields.length !== 6) throw wrongCount(fields.length);
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = ''] =
    fields.length === 6 ? fields : ['0', ...fields];

  const problems = new InputProblems();
  const seconds = problems.attempt(() => readNumbers(second, SECOND));
  const minutes = problems.attempt(() => readNumbers(minute, MINUTE));
  const hours = problems.attempt(() => readNumbers(hour, HOUR));
  const dayOfMonth = problems.attempt(() => readDayOfMonth(day, refuser('day of month')));
  const months = problems.attempt(() => readNumbers(month, MONTH));
  const dayOfWeek = problems.attempt(() => readDayOfWeek(weekday, refuser('day of week')));
  problems.throwIfAny();
  if (!seconds || !minutes || !hours || !dayOfMonth || !months || !dayOfWeek) throw new Error('unreachable');
  const bothRestricted = !/^[*?]/.test(day) && !/^[*?]/.test(weekday);
  return {
    seconds,
    minutes,
    hours,
    months,
    dayOfMonth,
    dayOfWeek,
    dayRule: bothRestricted ? 'any' : 'all',
    weeks: null,
  };
}

function readNumbers(text: string, field: NumberField): number[] {
  const refuse = refuser(field.label);
  const values = splitItems(text, refuse).flatMap((item) => readNumberItem(item, field, refuse));
  return [...new Set(values)].sort((a, b) => a - b);
}

function readMacro(text: string): string {
  const name = text.toLowerCase();
  const expansion = CRON_MACROS[name];
  if (expansion !== undefined) return expansion;
  if (name === '@reboot') {
    throw refusal('cron_macro', 'expression: "@reboot" names no time of day; start-up runs are not a schedule');
  }
  if (name.startsWith('@every')) {
    throw refusal('cron_macro', `expression: ${quote(text)} is not cron; use a trigger of kind interval`);
  }
  throw refusal('cron_macro', `expression: ${quote(text)} is not one of ${Object.keys(CRON_MACROS).join(' ')}`);
}

function wrongCount(count: number): Error {
  return refusal(
    'cron_field_count',
    `expression: ${String(count)} fields instead of 5 (minute, hour, day of month, month, day of week) or 6 (second first)`,
  );
}

function refuser(label: string): Refuse {
  return (message) => {
    throw refusal('cron_field', `${label}: ${message}`);
  };
}

function refusal(code: string, message: string): Error {
  return invalidField('/expression', code, message);
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
