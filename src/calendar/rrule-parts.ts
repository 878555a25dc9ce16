/** The parts of one recurrence rule, `FREQ=…;BYDAY=…` (RFC 5545, section 3.3.10): which there are and what each may hold. */

/** How often, from once a year to once a second. */
export const FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'];

/** Largest COUNT. All its times are walked once when a trigger is compiled; a trigger's `maxRuns` has no such bound. */
export const MOST_COUNTED = 10_000;
const LARGEST_INTERVAL = 100_000;

/** The parts of a rule by their names, values as they stand in the text. */
export type RuleParts = Readonly<Record<string, string>>;

interface PartRule {
  /** Whether one value of the (comma-separated) list is right. */
  isRight: (value: string) => boolean;
  isList: boolean;
  expected: string;
}

const WEEKDAY = '(?:MO|TU|WE|TH|FR|SA|SU)';
const numbers = (min: number, max: number, alsoNegative = false): PartRule => ({
  isRight: (value) => {
    const number = Number(value);
    return /^[+-]?\d{1,6}$/.test(value) && (alsoNegative ? Math.abs(number) : number) >= min && Math.abs(number) <= max;
  },
  isList: true,
  expected: alsoNegative ? `${min} to ${max} or -${max} to -${min}` : `${min} to ${max}`,
});
const one = (rule: PartRule): PartRule => ({ ...rule, isList: false });

const RULES: Readonly<Record<string, PartRule>> = {
  FREQ: {
    isRight: (value) => FREQUENCIES.includes(value),
    isList: false,
    expected: `one of ${FREQUENCIES.join(', ')}`,
  },
  INTERVAL: one(numbers(1, LARGEST_INTERVAL)),
  COUNT: one(numbers(1, MOST_COUNTED)),
  UNTIL: { isRight: () => true, isList: false, expected: 'a date' }, // read like every other date of the text
  WKST: { isRight: (value) => new RegExp(`^${WEEKDAY}$`).test(value), isList: false, expected: 'MO to SU' },
  BYSECOND: numbers(0, 59),
  BYMINUTE: numbers(0, 59),
  BYHOUR: numbers(0, 23),
  BYDAY: {
    isRight: (value) => new RegExp(`^(?:[+-]?(?:[1-9]|[1-4]\\d|5[0-3]))?${WEEKDAY}$`).test(value),
    isList: true,
    expected: 'MO to SU, with a number from 1 to 53 before it where the n-th is meant',
  },
  BYMONTHDAY: numbers(1, 31, true),
  BYYEARDAY: numbers(1, 366, true),
  BYWEEKNO: numbers(1, 53, true),
  BYMONTH: numbers(1, 12),
  BYSETPOS: numbers(1, 366, true),
};

/** The parts of a rule in capitals. Throws what `bad` makes of a code and a sentence that goes on after the name of the field. */
export function readRuleParts(rule: string, bad: (code: string, says: string) => Error): Record<string, string> {
  const parts: Record<string, string> = {};
  for (const part of rule.replace(/;$/, '').split(';')) {
    const [key = '', value = '', ...more] = part.trim().toUpperCase().split('=');
    const expected = RULES[key];
    if (expected === undefined || more.length > 0)
      throw bad(
        'rule_part',
        `has the rule part ${JSON.stringify(part.slice(0, 60))}; known are ${Object.keys(RULES).join(', ')}`,
      );
    if (parts[key] !== undefined) throw bad('rule_part', `has ${key} twice in one rule`);
    const wrong = (expected.isList ? value.split(',') : [value]).find((single) => !expected.isRight(single));
    if (wrong !== undefined)
      throw bad(
        'rule_part',
        `has ${key}=${value.slice(0, 60)}, where ${JSON.stringify(wrong.slice(0, 60))} is not ${expected.expected}`,
      );
    parts[key] = value;
  }
  return parts;
}
