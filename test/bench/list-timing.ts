// Times lists, one request after the other on one connection.
import { HttpConnection, requestBytes } from './http-load.js';
import { medianOf, OURS, type Goal, type Row } from './report.js';
import { figure, percentile } from './statistics.js';

const WARM_UP = 10;
/** Unless something else is said. */
const BUDGET_MS = 5_000;
const GROWTH = 1.5;
/** Differences below this are noise of a shared machine, not growth. */
const NOISE_MS = 2;

/** A list that is measured in a history. */
export interface ListRequest<History> {
  readonly name: string;
  readonly path: (history: History) => string;
}

/** How lists are measured. */
export interface ListTiming {
  readonly port: number;
  /** Executions in the history, for the names of the rows. */
  readonly size: number;
  readonly tries: number;
  /** What stands for the request: 0.95 for the time that 95 % of the tries stayed under. */
  readonly share: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A request that is slow gets fewer tries: none begins when all of its tries together took this long. */
  readonly budgetMs?: number;
}

/** The text under which a request of a size is reported. */
export function sized(size: number, name: string): string {
  return `${size.toLocaleString('en-US')} rows: ${name}`;
}

/** How it was done, for the report. */
export function timingText({
  tries,
  share,
  budgetMs = BUDGET_MS,
}: Pick<ListTiming, 'tries' | 'share' | 'budgetMs'>): string {
  return (
    `${share === 0.5 ? 'Median' : `p${share * 100}`} of ${tries} requests after up to ${WARM_UP} that do not count (fewer when that takes more than ${budgetMs / 1000} s), one after the other ` +
    "on one connection, from the request's first byte until the answer's last; pages of 25."
  );
}

/** One row for each request. One that is refused, as regular expressions are that take too long, takes for ever. */
export async function timeLists<History>(
  requests: readonly ListRequest<History>[],
  history: History,
  { port, size, tries, share, headers = {}, budgetMs = BUDGET_MS }: ListTiming,
): Promise<Row[]> {
  const connection = await HttpConnection.open(port);
  const rows: Row[] = [];
  for (const { name, path } of requests) {
    const request = requestBytes(port, 'GET', path(history), undefined, headers);
    const times: number[] = [];
    const warmUp = Math.min(WARM_UP, Math.ceil(tries / 4));
    let items = 0;
    const untilMs = performance.now() + budgetMs;
    let refusal: string | null = null;
    for (let n = 0; n < warmUp + tries && (times.length === 0 || performance.now() < untilMs); n++) {
      const beganMs = performance.now();
      try {
        const body = await connection.send(request);
        if (n >= warmUp) times.push(performance.now() - beganMs);
        else items = itemsIn(JSON.parse(body.toString()));
      } catch (error) {
        refusal = (error as Error).message;
        break;
      }
    }
    const note = refusal ?? `p50 ${figure(percentile(times, 0.5))}; ${items} found; ${times.length} tries`;
    const value = refusal === null ? percentile(times, share) : Infinity;
    console.log(`  ${name}: ${figure(value)} ms; ${note}`);
    rows.push({ what: sized(size, name), who: OURS, unit: 'ms', values: [value], note });
  }
  connection.close();
  return rows;
}

/** Every API has a name of its own for them. */
function itemsIn(body: unknown): number {
  if (Array.isArray(body)) return body.length;
  const lists = Object.values(body as object).filter((value): value is unknown[] => Array.isArray(value));
  return lists[0]?.length ?? 1;
}

/** The slowest of a size against a limit. */
export function slowest(rows: readonly Row[], size: number, limitMs: number, what: string): Goal[] {
  const own = rows.filter((row) => row.what.startsWith(sized(size, '')));
  const sorted = own.map((row) => ({ row, ms: medianOf([row], row.what, OURS) })).sort((a, b) => b.ms - a.ms);
  const over = sorted.filter(({ ms }) => ms > limitMs);
  const shown = (over.length > 0 ? over : sorted.slice(0, 1)).map(({ row, ms }) => `${row.what} ${figure(ms)} ms`);
  if (sorted.length === 0) return [];
  const goal = `${what} under ${limitMs} ms at ${size.toLocaleString('en-US')} rows`;
  return [
    { goal, found: `${over.length > 0 ? 'over it' : 'slowest'}: ${shown.join('; ')}`, isReached: over.length === 0 },
  ];
}

/** How each request grew from the smallest to the largest size. */
export function growth(rows: readonly Row[], sizes: readonly number[], names: readonly string[]): Goal[] {
  const [small, large] = [sizes[0] ?? 0, sizes.at(-1) ?? 0];
  const goal = `growth from ${small.toLocaleString('en-US')} to ${large.toLocaleString('en-US')} rows under ${GROWTH} times`;
  if (small === large)
    return [{ goal: 'growth from 1 M to 5 M rows under 1.5 times', found: 'one size only', isReached: null }];
  const ratios = names
    .map((name) => {
      const at = (size: number) => medianOf(rows, sized(size, name), OURS);
      return { name, ratio: at(large) / at(small), addedMs: at(large) - at(small) };
    })
    .sort((a, b) => b.ratio - a.ratio);
  const worst = ratios.filter(({ ratio, addedMs }) => ratio >= GROWTH && addedMs > NOISE_MS);
  const shown = (worst.length > 0 ? worst : ratios.slice(0, 1)).map(({ name, ratio }) => `${name} ${ratio.toFixed(2)}`);
  return [{ goal, found: `worst: ${shown.join(', ')}`, isReached: worst.length === 0 }];
}
