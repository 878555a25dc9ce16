/** One comma-separated part of an APScheduler field. */
import type { Refuse } from './cron-number-item.js';

/** The fields that ndscheduler's API takes; seconds and years are not among them. */
export type ApschedulerFieldName = 'month' | 'day' | 'week' | 'day_of_week' | 'hour' | 'minute';

/** What a part selects, and how APScheduler writes it back. */
export interface ApschedulerItem {
  text: string;
  /** In the field's own numbers: weekdays from 0 = Monday, months from 1. */
  values: number[];
  /** Only in `day`: the last day, or an occurrence of a weekday (0 = Sunday here) in the month. */
  position?: 'last' | { nth: number | 'last'; weekday: number };
}

const BOUNDS: Readonly<Record<ApschedulerFieldName, readonly [min: number, max: number]>> = {
  month: [1, 12],
  day: [1, 31],
  week: [1, 53],
  day_of_week: [0, 6],
  hour: [0, 23],
  minute: [0, 59],
};
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const NAMES: Readonly<Partial<Record<ApschedulerFieldName, readonly string[]>>> = {
  month: MONTHS,
  day_of_week: WEEKDAYS,
};
const ORDINALS = ['1st', '2nd', '3rd', '4th', '5th', 'last'];

/** Reads a star, number or range with or without a step, a name or a range of names, or in `day` also `last` and `2nd tue`. */
export function readApschedulerItem(name: ApschedulerFieldName, raw: string, refuse: Refuse): ApschedulerItem {
  const text = raw.toLowerCase();
  const [min, max] = BOUNDS[name];
  const all = /^\*(?:\/(\d+))?$/.exec(text);
  if (all) return { text, values: steps(min, max, readStep(all[1], max - min, text, refuse)) };
  const range = /^(\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(text);
  if (range) return readRange(range, [min, max], refuse);
  const names = NAMES[name];
  // The original matches the names and ignores a step behind them, so `mon-fri/2` runs on all five days; clients rely on the echo.
  const named = /^([a-z]+)(?:-([a-z]+))?(?:\/\d+)?$/.exec(text);
  if (names && named) return readNames(named, names, min, refuse);
  const position = name === 'day' ? readPosition(text, refuse) : undefined;
  if (position) return position;
  const examples =
    name === 'day' ? `, "last", "2nd tue" or "last fri"` : names ? ` or a name such as "${String(names[0])}"` : '';
  return refuse(`${JSON.stringify(raw)} is not *, a number, a range (a-b), a step (*/n, a-b/n)${examples}`);
}

function readRange(match: RegExpExecArray, [min, max]: readonly [number, number], refuse: Refuse): ApschedulerItem {
  const [text, fromText, toText, stepText] = match;
  const from = Number(fromText);
  const isOpen = toText === undefined && stepText !== undefined;
  const to = isOpen ? max : Number(toText ?? fromText);
  for (const value of [from, to]) {
    if (value < min || value > max) refuse(`${String(value)} is outside ${String(min)}-${String(max)}`);
  }
  if (to < from) refuse(`range ${JSON.stringify(text)} goes down; the lower value comes first`);
  const step = readStep(stepText, to - from, text, refuse);
  const rangeText = isOpen || to === from ? String(from) : `${String(from)}-${String(to)}`;
  return { text: stepText === undefined ? rangeText : `${rangeText}/${String(step)}`, values: steps(from, to, step) };
}

function readNames(match: RegExpExecArray, names: readonly string[], min: number, refuse: Refuse): ApschedulerItem {
  const [text, fromName = '', toName = fromName] = match;
  const from = names.indexOf(fromName);
  const to = names.indexOf(toName);
  const unknown = from < 0 ? fromName : to < 0 ? toName : null;
  if (unknown !== null) refuse(`${JSON.stringify(unknown)} is not one of ${names.join(' ')}`);
  if (to < from) refuse(`range ${JSON.stringify(text)} goes down; ${names.join(' ')} is the order`);
  return { text: from === to ? fromName : `${fromName}-${toName}`, values: steps(from + min, to + min, 1) };
}

function readPosition(text: string, refuse: Refuse): ApschedulerItem | undefined {
  if (text === 'last') return { text, values: [], position: 'last' };
  const [, ordinal = '', weekdayName = ''] = /^(\S+) +(\S+)$/.exec(text) ?? [];
  const nth = ORDINALS.indexOf(ordinal);
  if (nth < 0) return undefined;
  const weekday = WEEKDAYS.indexOf(weekdayName);
  if (weekday < 0) refuse(`${JSON.stringify(weekdayName)} is not one of ${WEEKDAYS.join(' ')}`);
  return {
    text: `${ordinal} ${weekdayName}`,
    values: [],
    position: { nth: ordinal === 'last' ? 'last' : nth + 1, weekday: (weekday + 1) % 7 },
  };
}

/** APScheduler refuses a step that is larger than the distance it would cross, so that a slip is not taken for "once". */
function readStep(stepText: string | undefined, distance: number, text: string, refuse: Refuse): number {
  const step = Number(stepText ?? 1);
  if (stepText === undefined) return step;
  if (step < 1) refuse(`step 0 in ${JSON.stringify(text)} never moves on; the least is 1`);
  if (step > distance)
    refuse(`step ${String(step)} in ${JSON.stringify(text)} is larger than the range of ${String(distance)}`);
  return step;
}

function steps(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}
