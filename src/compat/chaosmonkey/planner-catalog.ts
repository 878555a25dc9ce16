/** The two planners of the original: what they say of themselves, and the wall-clock times at which they plan. Pure. */
import { DomainError } from '../../kernel/domain-error.js';
import { readArrowDate } from './arrow-date.js';
import type { JsonSchema } from './json-schema.js';
import { pythonRepr } from './python-repr.js';
import { refuseViolation } from './request-json.js';
import { wallClock } from './wall-clock.js';

/** Executors of one plan; as many triggers as a job can show. */
export const MOST_TIMES = 1_000;
const DAY_MS = 86_400_000;

/** What a planner needs to know about the moment. `random` gives numbers from 0 to 1, 1 excluded. */
export interface PlanningMoment {
  readonly nowMs: number;
  readonly timeZone: string;
  readonly random: () => number;
}

/** An executor to be made. */
export interface PlannedExecutor {
  /** Clock of the scheduler zone, as if it were UTC, in ms. */
  readonly wallMs: number;
  /** Stands behind the name of the plan. */
  readonly suffix: string;
}

/** One planner. */
export interface ChaosPlanner {
  readonly ref: string;
  /** As the original prints it. It checks the `args` with it although it describes what lies around them, so it refuses next to nothing. */
  readonly schema: JsonSchema;
  readonly example: Readonly<Record<string, unknown>>;
  /** Throws `invalid_input` for arguments that it cannot plan with. */
  plan(args: unknown, moment: PlanningMoment): PlannedExecutor[];
}

const EXACT_ARGS: JsonSchema = { type: 'object', properties: { date: { type: 'string' } } };
const SIMPLE_ARGS: JsonSchema = {
  type: 'object',
  properties: { min_time: { type: 'string' }, max_time: { type: 'string' }, times: { type: 'number' } },
};

/** Source: planners/exact_planner.py and planners/simple_planner.py of the original. */
export const PLANNERS: readonly ChaosPlanner[] = [
  {
    ref: 'exact_planner:ExactPlanner',
    schema: schemaAround(EXACT_ARGS),
    example: { ref: 'exact_planner:ExactPlanner', args: { date: '2016-06-21T15:30:00' } },
    plan: exactly,
  },
  {
    ref: 'simple_planner:SimplePlanner',
    schema: schemaAround(SIMPLE_ARGS),
    example: { ref: 'simple_planner:SimplePlanner', args: { min_time: '10:00', max_time: '15:00', times: 4 } },
    plan: atRandom,
  },
];

function schemaAround(args: JsonSchema): JsonSchema {
  return { type: 'object', properties: { ref: { type: 'string' }, args } };
}

/** One executor. An offset in the date is read and dropped: the wall clock counts, in the scheduler zone. */
function exactly(args: unknown): PlannedExecutor[] {
  refuseViolation(args, { ...EXACT_ARGS, required: ['date'] });
  const date = readArrowDate((args as { date: string }).date);
  if (date === null) throw new DomainError('invalid_input', 'Invalid date format');
  return [{ wallMs: date.wallMs, suffix: '' }];
}

/** Today's window in as many equal parts as there are times, one random instant in each. Backwards windows work, as in the original. */
function atRandom(args: unknown, { nowMs, timeZone, random }: PlanningMoment): PlannedExecutor[] {
  refuseViolation(args, { ...SIMPLE_ARGS, required: ['min_time', 'max_time', 'times'] });
  const { min_time, max_time, times } = args as { min_time: string; max_time: string; times: number };
  const [fromMs, toMs] = [timeOfDay(min_time), timeOfDay(max_time)];
  if (!Number.isInteger(times) || times < 1 || times > MOST_TIMES)
    throw new DomainError(
      'invalid_input',
      `invalid payload times ${pythonRepr(times)} is not a whole number from 1 to ${MOST_TIMES}`,
    );
  const midnightMs = Math.floor(wallClock(nowMs, timeZone) / DAY_MS) * DAY_MS;
  const partMs = (toMs - fromMs) / times;
  return Array.from({ length: times }, (_, i) => ({
    wallMs: midnightMs + Math.round(fromMs + partMs * (i + random())),
    suffix: `-${i + 1}`,
  }));
}

/** What Python's `strptime` reads as `%H:%M`, in ms since midnight. */
function timeOfDay(text: string): number {
  const match = /^(2[0-3]|[01]\d|\d):([0-5]\d|\d)$/.exec(text);
  if (match === null)
    throw new DomainError(
      'invalid_input',
      `invalid payload time data ${pythonRepr(text)} does not match format '%H:%M'`,
    );
  return (Number(match[1]) * 60 + Number(match[2])) * 60_000;
}
