import { CarillonServer } from './carillon-server.js';
import type { Part } from './part.js';
import { peersFor } from './peers.js';
import { medianOf, OURS, type Row } from './report.js';
import { inTurns, type Turn } from './rounds.js';
import { figure } from './statistics.js';

const GOAL = 50_000;
/** Requests under way at the same time: one for each core of the machine that the goal is about. */
const CALLERS = 2;

/** Many executions with few calls. */
export const bulkPart: Part = {
  name: 'bulk',
  about: 'bulk creation of executions, beside the bulk calls of all peers',
  async run(bench) {
    const { bulkRows, rounds, budgetMs } = bench.options;
    const what = `${bulkRows.toLocaleString('en-US')} rows`;
    const turns: Turn[] = [];
    const turn = (who: string, timeMs: () => Promise<number>): Turn => ({
      who,
      round: async () => {
        const ms = await timeMs();
        console.log(`  ${who}: ${figure((bulkRows * 1000) / ms)} rows/s`);
        return { value: (bulkRows * 1000) / ms, ms };
      },
    });
    const server = bench.wants(OURS)
      ? await CarillonServer.start(bench, await bench.newDatabase('bulk'), { ROLES: 'api' })
      : null;
    if (server !== null) {
      const jobId = await server.newJob('noop', 'noop');
      turns.push(
        turn(OURS, async () => {
          const beganMs = performance.now();
          await server.makeRuns(jobId, bulkRows, CALLERS);
          const ms = performance.now() - beganMs;
          await server.rows('TRUNCATE live_runs');
          return ms;
        }),
      );
    }
    for (const peer of await peersFor(bench, 'bulk'))
      turns.push(turn(peer.who, async () => (await peer.tell<{ ms: number }>('bulk', { rows: bulkRows })).ms));
    const results = await inTurns(turns, rounds, budgetMs, () => bench.checkpoint());
    await server?.stop();
    const rows: Row[] = results.map(({ who, values }) => ({ what, who, unit: 'rows/s', values }));
    const ours = medianOf(rows, what, OURS);
    return {
      title: 'Bulk creation',
      measured:
        `Until the last row is acknowledged. Carillon: POST …/jobs/{id}/runs over HTTP, 5,000 executions in each request, ${CALLERS} requests at a time, to a ` +
        'server with the role api; each with its audit entry. Peers: their bulk call, 5,000 in each. agenda has none.',
      rows,
      goals: [
        {
          goal: 'at least 50,000 rows/s',
          found: Number.isNaN(ours) ? 'not measured' : `${figure(ours)} rows/s`,
          isReached: Number.isNaN(ours) ? null : ours >= GOAL,
        },
      ],
    };
  },
};
