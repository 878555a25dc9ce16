import { CarillonServer } from './carillon-server.js';
import { describeHistory, growHistory, writeJobs, type History } from './history.js';
import { growth, slowest, timeLists, timingText, type ListRequest } from './list-timing.js';
import type { Part } from './part.js';
import type { Goal, Row } from './report.js';

const TIMING = { tries: 100, share: 0.95 } as const;
/** Where the goal for 95 % of the requests lies. */
const LIMIT_MS = 50;

const executions = (query: string): string => `/api/v2/executions?limit=25${query}`;

/** The lists and filters that are measured. Those of the compatible APIs stand in compat-requests.ts. */
const LIST_REQUESTS: readonly ListRequest<History>[] = [
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
      const found = await timeLists(LIST_REQUESTS, await describeHistory(server), {
        ...TIMING,
        port: server.port,
        size,
      });
      rows.push(...found);
      goals.push(...slowest(found, size, LIMIT_MS, 'p95'));
    }
    const names = LIST_REQUESTS.map(({ name }) => name);
    goals.push(...growth(rows, sizes, names));
    await server.stop();
    return {
      title: 'Lists and filters of executions',
      measured: `${timingText(TIMING)} Two tenants with 200 jobs each, one owns every fifth row. The rows are 1.5 s apart.`,
      rows,
      goals,
    };
  },
};
