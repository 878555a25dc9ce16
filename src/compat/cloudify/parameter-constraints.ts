/** Constraints of workflow parameters. Source: contract A3, rule 4. */
import { runInNewContext } from 'node:vm';
import { isDeepStrictEqual } from 'node:util';
import { isObject, told } from './json-type.js';

/** A pattern is a stranger's, and may take for ever. */
const PATTERN_TIMEOUT_MS = 100;

type Check = (value: unknown, bound: unknown) => boolean;

const compared =
  (fits: (value: number, bound: number) => boolean): Check =>
  (value, bound) =>
    typeof value === 'number' && typeof bound === 'number' && fits(value, bound);

const measured =
  (fits: (length: number, bound: number) => boolean): Check =>
  (value, bound) => {
    const length = lengthOf(value);
    return length !== null && typeof bound === 'number' && fits(length, bound);
  };

const CHECKS: Readonly<Record<string, Check>> = {
  greater_than: compared((value, bound) => value > bound),
  less_than: compared((value, bound) => value < bound),
  greater_or_equal: compared((value, bound) => value >= bound),
  less_or_equal: compared((value, bound) => value <= bound),
  equal: (value, bound) => isDeepStrictEqual(value, bound),
  in_range: (value, bound) => {
    const [least, most] = bound as unknown[];
    if (typeof value !== 'number') return false;
    return (typeof least !== 'number' || value >= least) && (typeof most !== 'number' || value <= most);
  },
  valid_values: (value, bound) => (bound as unknown[]).some((one) => isDeepStrictEqual(value, one)),
  length: measured((length, bound) => length === bound),
  min_length: measured((length, bound) => length >= bound),
  max_length: measured((length, bound) => length <= bound),
  pattern: (value, bound) => typeof value === 'string' && matches(bound as string, value),
};

/** Whether what a constraint is given makes sense. */
const BOUNDS: Readonly<Record<string, (bound: unknown) => boolean>> = {
  equal: () => true,
  in_range: (bound) =>
    Array.isArray(bound) && bound.length === 2 && bound.every((end) => typeof end === 'number' || end === 'UNBOUNDED'),
  valid_values: (bound) => Array.isArray(bound),
  pattern: (bound) => typeof bound === 'string' && bound.length <= 1_000 && isPattern(bound),
};

/** What is wrong with a list of constraints (`[{"greater_than": 3}, …]`, or one object) itself; null: nothing. */
export function faultInConstraints(constraints: unknown): string | null {
  for (const [name, bound] of entriesOf(constraints)) {
    if (!Object.hasOwn(CHECKS, name))
      return `there is no constraint ${told(name)}; there are ${Object.keys(CHECKS).join(', ')}`;
    const isSound = BOUNDS[name] ?? ((given: unknown) => typeof given === 'number');
    if (!isSound(bound)) return `the constraint ${name} cannot be ${told(bound)}`;
  }
  return isObject(constraints) || (Array.isArray(constraints) && constraints.every(isObject))
    ? null
    : `constraints must be a list of objects, not ${told(constraints)}`;
}

/** The constraints, sound ones, that a value violates, each in a few words. */
export function violatedConstraints(value: unknown, constraints: unknown): string[] {
  return entriesOf(constraints)
    .filter(([name, bound]) => CHECKS[name]?.(value, bound) === false)
    .map(([name, bound]) => `${name} ${told(bound)}`);
}

function entriesOf(constraints: unknown): [string, unknown][] {
  const list = Array.isArray(constraints) ? (constraints as unknown[]) : [constraints];
  return list.filter(isObject).flatMap((one) => Object.entries(one));
}

/** In characters, items or fields. */
function lengthOf(value: unknown): number | null {
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : null;
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})`, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** From the beginning, as Python's `match`. One that takes too long does not match. */
function matches(pattern: string, value: string): boolean {
  const work = `new RegExp('^(?:' + pattern + ')', 'u').test(value)`;
  try {
    return runInNewContext(work, { pattern, value }, { timeout: PATTERN_TIMEOUT_MS }) === true;
  } catch {
    return false;
  }
}
