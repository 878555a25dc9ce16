import { CarillonServer } from './carillon-server.js';
import { describeHistory, growHistory, writeJobs, type History } from './history.js';
import { HttpConnection, requestBytes } from './http-load.js';
import type { Part } from './part.js';
import { atMost, medianOf, OURS, type Goal, type Row } from './report.js';
import { figure, percentile } from './statistics.js';

const REQUESTS = 100;
const WARM_UP = 10;
/** A request that is slow gets fewer tries: none begins when all of its tries together took this long. */
const BUDGET_MS = 5_000;
/** Where the goal for 95 % of the requests lies. */
const LIMIT_MS = 50;
const GROWTH = 1.5;
/** Differences below this are noise of a shared machine, not growth. */
const NOISE_MS = 2;

interface ListRequest {
  readonly name: string;
  readonly path: (history: History) => string;
}

const executions = (query: string): string => `/api/v2/executions?limit=25${query}`;

/** The lists and filters that are measured. A compatible API adds its own here. */
const LIST_REQUESTS: readonly ListRequest[] = [
  { name: 'newest', path: () => executions('') },
  { name: 'one execution', path: ({ executionId }) => `/api/v2/executions/${executionId}` },
  { name: 'newest before the middle', path: ({ from }) => executions(`&to=${from}`) },
  { name: 'an hour in the middle', path: ({ from, to }) => executions(`&from=${from}&to=${to}`) },
  { name: 'of a job', path: ({ jobId }) => executions(`&jobId=${jobId}`) },
  { name: 'of a job before the middle', path: ({ jobId, from }) => executions(`&jobId=${jobId}&to=${from}`) },
  { name: 'of a rare job', path: ({ rareJobId }) => executions(`&jobId=${rareJobId}`) },
  { name: 'of a trigger', path: ({ triggerId }) => executions(`&triggerId=${triggerId}`) },
  { name: 'failed', path: () => executions('&state=failed') },
  { name: 'failed or timed out, of a job', path: ({ jobId }) => executions(`&state=failed,timed_out&jobId=${jobId}`) },
  { name: 'skipped (rare)', path: () => executions('&state=skipped') },
  { name: 'skipped, of a job (rarer)', path: ({ jobId }) => executions(`&state=skipped&jobId=${jobId}`) },
  { name: 'succeeded', path: () => executions('&state=succeeded') },
  { name: 'succeeded, of a job', path: ({ jobId }) => executions(`&state=succeeded&jobId=${jobId}`) },
  { name: 'pending', path: () => executions('&state=pending') },
  { name: 'pending or failed', path: () => executions('&state=pending,failed') },
  { name: 'running (none)', path: () => executions('&state=running') },
  { name: 'of a tag', path: () => executions('&tag=nightly') },
  { name: 'of a rare tag', path: () => executions('&tag=rare') },
  { name: 'failed, of a rare tag', path: () => executions('&tag=rare&state=failed') },
];

/** Reading a big history. */
export const listsPart: Part = {
  name: 'lists',
  about: 'list and filter executions in a big history, one caller',
  async run(bench) {
    const server = await CarillonServer.start(bench, await bench.newDatabase('lists'), { ROLES: 'api' });
    await writeJobs(server);
    const rows: Row[] = [];
    const goals: Goal[] = [];
    const sizes = [...bench.options.historyRows].sort((a, b) => a - b);
    for (const [index, size] of sizes.entries()) {
      console.log(`  writing up to ${size} executions`);
      await growHistory(server, sizes[index - 1] ?? 0, size);
      await bench.checkpoint();
      const found = await measured(server, size);
      rows.push(...found);
      const [slowest] = [...found].sort((a, b) => medianOf([b], b.what, OURS) - medianOf([a], a.what, OURS));
      if (slowest !== undefined)
        goals.push(
          atMost(
            `p95 under ${LIMIT_MS} ms, slowest: ${slowest.what}`,
            medianOf(found, slowest.what, OURS),
            LIMIT_MS,
            'ms',
          ),
        );
    }
    goals.push(...growth(rows, sizes));
    await server.stop();
    return {
      title: 'Lists and filters of executions',
      measured:
        `p95 of ${REQUESTS} requests after ${WARM_UP} that do not count (fewer when that takes more than ${BUDGET_MS / 1000} s), one after the other on one connection, from the request's first byte until the answer's ` +
        'last; pages of 25. Two tenants with 200 jobs each, one owns every fifth row. The rows are 1.5 s apart.',
      rows,
      goals,
    };
  },
};

async function measured(server: CarillonServer, size: number): Promise<Row[]> {
  const history = await describeHistory(server);
  const connection = await HttpConnection.open(server.port);
  const rows: Row[] = [];
  for (const { name, path } of LIST_REQUESTS) {
    const request = requestBytes(server.port, 'GET', path(history));
    const times: number[] = [];
    let items = 0;
    const untilMs = performance.now() + BUDGET_MS;
    for (let n = 0; n < WARM_UP + REQUESTS && (times.length === 0 || performance.now() < untilMs); n++) {
      const beganMs = performance.now();
      const body = await connection.send(request);
      if (n >= WARM_UP) times.push(performance.now() - beganMs);
      else items = ((JSON.parse(body.toString()) as { items?: unknown[] }).items ?? [null]).length;
    }
    const what = `${size.toLocaleString('en-US')} rows: ${name}`;
    rows.push({
      what,
      who: OURS,
      unit: 'ms',
      values: [percentile(times, 0.95)],
      note: `p50 ${figure(percentile(times, 0.5))}; ${items} found; ${times.length} tries`,
    });
  }
  connection.close();
  return rows;
}

function growth(rows: readonly Row[], sizes: readonly number[]): Goal[] {
  const [small, large] = [sizes[0] ?? 0, sizes.at(-1) ?? 0];
  const goal = `growth from ${small.toLocaleString('en-US')} to ${large.toLocaleString('en-US')} rows under ${GROWTH} times`;
  if (small === large)
    return [{ goal: 'growth from 1 M to 5 M rows under 1.5 times', found: 'one size only', isReached: null }];
  const ratios = LIST_REQUESTS.map(({ name }) => {
    const at = (size: number) => medianOf(rows, `${size.toLocaleString('en-US')} rows: ${name}`, OURS);
    return { name, ratio: at(large) / at(small), addedMs: at(large) - at(small) };
  }).sort((a, b) => b.ratio - a.ratio);
  const worst = ratios.filter(({ ratio, addedMs }) => ratio >= GROWTH && addedMs > NOISE_MS);
  const shown = (worst.length > 0 ? worst : ratios.slice(0, 1)).map(({ name, ratio }) => `${name} ${ratio.toFixed(2)}`);
  return [{ goal, found: `worst: ${shown.join(', ')}`, isReached: worst.length === 0 }];
}
