/** Which trigger of a job is the one that ndscheduler's six cron fields describe, and what they say. Pure. */
import { normaliseApschedulerFields, type ApschedulerFields } from '../../calendar/apscheduler-fields.js';
import { CRON_MACROS } from '../../calendar/cron-expression.js';
import type { Trigger } from '../../jobs/trigger.entity.js';

/** The six fields, normalised as APScheduler echoes them. */
export type ToldFields = Required<ApschedulerFields>;

/** A trigger that can be told in the fields. */
export interface ToldSchedule {
  readonly triggerId: string;
  readonly fields: ToldFields;
}

/** The fields of a job whose schedule they cannot tell. */
export const NO_FIELDS: ToldFields = { month: '', day: '', week: '', day_of_week: '', hour: '', minute: '' };

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * The oldest trigger that is stored in the fields; else the oldest cron expression that means the same as some fields do; null when the
 * job has neither. `triggers` are in the order in which they were made.
 */
export function toldSchedule(triggers: readonly Pick<Trigger, 'id' | 'spec'>[]): ToldSchedule | null {
  const byFields = triggers.find(({ spec }) => 'fields' in spec);
  if (byFields && 'fields' in byFields.spec)
    return { triggerId: byFields.id, fields: normaliseApschedulerFields(byFields.spec.fields) };
  for (const { id, spec } of triggers) {
    const fields = 'expression' in spec ? fieldsOfExpression(spec.expression) : null;
    if (fields) return { triggerId: id, fields };
  }
  return null;
}

/** The fields of a cron expression; null when they mean something else than it does. */
function fieldsOfExpression(expression: string): ToldFields | null {
  const text = expression.trim().toLowerCase();
  const parts = (CRON_MACROS[text] ?? text).split(/\s+/).map((part) => (part === '?' ? '*' : part));
  const [minute, hour, day, month, weekday] = parts;
  if (parts.length !== 5 || minute === undefined || hour === undefined || day === undefined) return null;
  const dayOfWeek = weekdayField(weekday ?? '');
  // Cron takes either of two restricted day fields, APScheduler wants both; and it ignores a step behind a range of names.
  if (dayOfWeek === null || (day !== '*' && dayOfWeek !== '*') || /[a-z]\//.test(month ?? '')) return null;
  try {
    return normaliseApschedulerFields({ minute, hour, day, month: month ?? '', day_of_week: dayOfWeek });
  } catch {
    return null; // something that only cron has, such as LW
  }
}

/** Cron counts from Sunday and may wrap around; names mean the same to both as long as a range ascends from Monday. */
function weekdayField(field: string): string | null {
  if (field === '*') return field;
  if (!/^[a-z0-7]+(-[a-z0-7]+)?(,[a-z0-7]+(-[a-z0-7]+)?)*$/.test(field)) return null;
  return field.replaceAll(/\d/g, (digit) => WEEKDAYS[Number(digit)] ?? digit);
}
