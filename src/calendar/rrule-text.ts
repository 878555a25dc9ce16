/**
 * Reads the recurrence properties of iCalendar (RFC 5545, sections 3.3.10 and 3.8.5): DTSTART, RRULE, RDATE and EXDATE, one
 * per line. Knows what a text may say; which times it means is `rrule-times.ts`.
 */
import { invalidField } from '../kernel/domain-error.js';
import { FREQUENCIES, readRuleParts, type RuleParts } from './rrule-parts.js';

/** Longest text, and most lines and dates in it: what a person or a calendar program writes, not a table. */
export const LONGEST_RRULE_TEXT = 20_000;
const MOST_RULES = 10;
const MOST_DATES = 1_000;

/** A date-time of the text. Absolute ones end in `Z`; the others are read on the wall clock of the trigger's zone. */
export interface TextTime {
  /** Ms since 1970, as if the clock showed UTC. */
  ms: number;
  isUtc: boolean;
}

/** A rule with the bound that stands in it. */
export interface TextRule {
  parts: RuleParts;
  until: TextTime | null;
}

/** What the properties say, not yet in a zone. */
export interface RecurrenceText {
  start: TextTime;
  rules: TextRule[];
  added: TextTime[];
  excluded: TextTime[];
  /** The zone that `TZID` names, or null. */
  timeZone: string | null;
}

/** The zone that the text names with `TZID`, if it names one; null for a text that says nothing or cannot be read. */
export function zoneOfRecurrence(text: string): string | null {
  return /^(?:DTSTART|RDATE|EXDATE);(?:[^:\n]*;)?TZID=([^:;\n]+)/im.exec(text)?.[1] ?? null;
}

/** @throws DomainError `invalid_input` at `/rrule` for the first thing that is wrong, with what would be right */
export function readRecurrence(text: string): RecurrenceText {
  if (text.length > LONGEST_RRULE_TEXT)
    throw bad('too_long', `has ${text.length} characters; at most ${LONGEST_RRULE_TEXT}`);
  const found: Omit<RecurrenceText, 'start'> & { start: TextTime | null } = {
    start: null,
    rules: [],
    added: [],
    excluded: [],
    timeZone: null,
  };
  // Long lines of iCalendar go on in the next line after a blank (RFC 5545, section 3.1).
  const lines = text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/);
  for (const line of lines) if (line.trim() !== '') readLine(line.trim(), found);
  if (found.start === null) throw bad('no_dtstart', 'has no DTSTART line, such as DTSTART:20260105T090000');
  if (found.rules.length === 0 && found.added.length === 0)
    throw bad('no_rrule', 'has neither an RRULE nor an RDATE line, such as RRULE:FREQ=WEEKLY;BYDAY=MO');
  if (found.rules.length > MOST_RULES)
    throw bad('too_many', `has ${found.rules.length} RRULE lines; at most ${MOST_RULES}`);
  for (const [name, dates] of [
    ['RDATE', found.added],
    ['EXDATE', found.excluded],
  ] as const)
    if (dates.length > MOST_DATES) throw bad('too_many', `has ${dates.length} dates in ${name}; at most ${MOST_DATES}`);
  return { ...found, start: found.start };
}

function readLine(line: string, found: Omit<RecurrenceText, 'start'> & { start: TextTime | null }): void {
  const colon = line.indexOf(':');
  if (colon < 0) throw bad('syntax', `has the line ${quoted(line)}, which is no property such as RRULE:FREQ=DAILY`);
  const [name = '', ...parameters] = line.slice(0, colon).split(';');
  const value = line.slice(colon + 1);
  const property = name.toUpperCase();
  switch (property) {
    case 'DTSTART': {
      if (found.start !== null) throw bad('two_starts', 'has more than one DTSTART line');
      readParameters(property, parameters, found);
      found.start = readTime(property, value);
      return;
    }
    case 'RDATE':
    case 'EXDATE': {
      readParameters(property, parameters, found);
      const times = value.split(',').map((time) => readTime(property, time));
      (property === 'RDATE' ? found.added : found.excluded).push(...times);
      return;
    }
    case 'RRULE':
      if (parameters.length > 0)
        throw bad('parameter', `has the parameter ${quoted(parameters.join(';'))} at RRULE, which takes none`);
      found.rules.push(readRule(value));
      return;
    default:
      throw bad('property', `has the property ${quoted(name)}; only DTSTART, RRULE, RDATE and EXDATE are read`);
  }
}

function readParameters(property: string, parameters: readonly string[], found: { timeZone: string | null }): void {
  for (const parameter of parameters) {
    const [key = '', value = ''] = parameter.split('=');
    if (key.toUpperCase() === 'TZID') {
      if (found.timeZone !== null && found.timeZone !== value)
        throw bad(
          'two_zones',
          `names the zones ${quoted(found.timeZone)} and ${quoted(value)}; one trigger has one zone`,
        );
      found.timeZone = value;
    } else if (key.toUpperCase() !== 'VALUE' || !['DATE', 'DATE-TIME'].includes(value.toUpperCase())) {
      throw bad('parameter', `has ${quoted(parameter)} at ${property}; only TZID and VALUE=DATE or DATE-TIME are read`);
    }
  }
}

function readRule(value: string): TextRule {
  const { UNTIL, ...parts } = readRuleParts(value, bad);
  if (!FREQUENCIES.includes(parts.FREQ ?? ''))
    throw bad('freq', `has the rule ${quoted(value)} without a FREQ; one of ${FREQUENCIES.join(', ')}`);
  if (UNTIL !== undefined && parts.COUNT !== undefined)
    throw bad('until_and_count', `has COUNT and UNTIL in one rule (${quoted(value)}); RFC 5545 allows one of them`);
  const pair = unreliablePair(parts);
  if (pair !== null)
    throw bad(
      'combination',
      `has ${pair} in one rule (${quoted(value)}), which is not supported; split it into rules without`,
    );
  // A date as bound holds to the end of that day.
  const until = UNTIL === undefined ? null : readTime('UNTIL', UNTIL);
  if (until !== null && UNTIL?.length === 8) until.ms += 86_399_000;
  return { parts, until };
}

/**
 * Rare combinations of which the library gets the limiting part wrong (found by comparing random rules with another library), so that
 * they are refused rather than fired at the wrong times.
 */
function unreliablePair(parts: RuleParts): string | null {
  const [days, hasOrdinals] = [parts['BYDAY'], /\d/.test(parts['BYDAY'] ?? '')];
  if (days !== undefined && parts['BYYEARDAY'] !== undefined) return 'BYDAY beside BYYEARDAY';
  if (hasOrdinals && parts['BYMONTHDAY'] !== undefined) return 'BYDAY with numbers beside BYMONTHDAY';
  return null;
}

const TIME = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/;

/** `20260105T090000`, the same with `Z`, or `20260105`, which is the midnight at which that day begins. */
function readTime(property: string, text: string): TextTime {
  const match = TIME.exec(text.trim());
  // Groups that the text leaves out are undefined, whatever the types say.
  const [year, month, day, hour, minute, second] = (match ?? [])
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0));
  const ms = match === null ? NaN : Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  // Date.UTC carries over what does not exist, such as 30 February, so what it shows must be what was written.
  const shown = Number.isNaN(ms) ? '' : new Date(ms).toISOString().replaceAll(/[-:]|\.000Z/g, '');
  if (match === null || !shown.startsWith(text.trim().replace(/Z$/, '')) || Number(year) < 1900)
    throw bad(
      'date_time',
      `has ${quoted(text)} in ${property}, which is no date from 1900 on such as 20260105T090000, 20260105T080000Z or 20260105`,
    );
  return { ms, isUtc: match[7] !== undefined };
}

function bad(code: string, says: string): Error {
  return invalidField('/rrule', code, `rrule ${says}`);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
