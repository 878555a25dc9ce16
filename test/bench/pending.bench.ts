import type { Bench } from './bench.js';
import { CarillonServer } from './carillon-server.js';
import type { Part } from './part.js';
import { BULLMQ_REDIS, GRAPHILE_TUNED, peersFor, POSTGRES_DEFAULTS } from './peers.js';
import { atLeast, OURS, type Goal, type Row } from './report.js';
import { inTurns, type Turn } from './rounds.js';
import { figure } from './statistics.js';

/** A round that does not count has this share of the jobs. */
const WARM_UP_SHARE = 0.1;

/** Pending no-op jobs to completed. */
export const pendingPart: Part = {
  name: 'pending',
  about: 'pending no-op executions to completed, beside all peers',
  async run(bench) {
    const rows: Row[] = [];
    const goals: Goal[] = [];
    const server = bench.wants(OURS) ? await CarillonServer.start(bench, await bench.newDatabase('pending')) : null;
    for (const jobs of bench.options.jobs) {
      const what = `${jobs.toLocaleString('en-US')} pending`;
      rows.push(...(await measured(bench, server, what, jobs)));
      goals.push(atLeast(`${what}: 1.3 times graphile-worker tuned`, rows, what, GRAPHILE_TUNED, 1.3));
      goals.push(atLeast(`${what}: 2 times BullMQ on Redis`, rows, what, BULLMQ_REDIS, 2));
      for (const who of POSTGRES_DEFAULTS) goals.push(atLeast(`${what}: 10 times ${who}`, rows, what, who, 10));
    }
    await server?.stop();
    return {
      title: 'Pending no-op jobs to completed',
      measured:
        'All jobs are stored before. Peers: from starting their worker, in a process that is warm and connected, until the last handler has ended ' +
        'and their store says that nothing is left. Carillon: a server with all roles and 16 slots is running; from the commit that makes the ' +
        'executions visible (run now in batches, one transaction) until no unfinished one is left, each with its final row in the history; counted ' +
        'afterwards. The harness looks every 10 ms.',
      rows,
      goals,
    };
  },
};

async function measured(bench: Bench, server: CarillonServer | null, what: string, jobs: number): Promise<Row[]> {
  const turns: Turn[] = [];
  const turn = (who: string, timeMs: (count: number) => Promise<number>): Turn => ({
    who,
    round: async (isWarmUp) => {
      const count = isWarmUp ? Math.ceil(jobs * WARM_UP_SHARE) : jobs;
      const ms = await timeMs(count);
      console.log(`  ${who}: ${figure((count * 1000) / ms)}/s${isWarmUp ? ' (warming up)' : ''}`);
      return { value: (count * 1000) / ms, ms };
    },
  });
  if (server !== null) {
    const jobId = await server.newJob(`noop ${jobs}`, 'noop');
    turns.push(turn(OURS, (count) => server.timeRuns(jobId, count)));
  }
  for (const peer of await peersFor(bench, 'pending'))
    turns.push(turn(peer.who, async (count) => (await peer.tell<{ ms: number }>('pending', { jobs: count })).ms));
  const { rounds, budgetMs } = bench.options;
  const results = await inTurns(turns, rounds, budgetMs, () => bench.checkpoint());
  return results.map(({ who, values }) => ({ what, who, unit: '/s', values }));
}
