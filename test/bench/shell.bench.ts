import { CarillonServer } from './carillon-server.js';
import type { Part } from './part.js';
import { Peer, SPAWN_LOOP } from './peers.js';
import { atLeast, OURS, type Row } from './report.js';
import { inTurns, type Turn } from './rounds.js';
import { figure } from './statistics.js';

/** As many as our server has slots. */
const AT_ONCE = 16;
const COMMAND = 'echo hello';

/** Commands of a shell. */
export const shellPart: Part = {
  name: 'shell',
  about: 'shell runs per second, beside a plain spawn loop',
  async run(bench) {
    const { shellRuns, rounds, budgetMs } = bench.options;
    const what = `${shellRuns.toLocaleString('en-US')} commands`;
    const server = await CarillonServer.start(bench, await bench.newDatabase('shell'), {
      WORKER_SLOTS: String(AT_ONCE),
    });
    const jobId = await server.newJob('shell', 'shell', [COMMAND]);
    const loop = await Peer.start(bench, SPAWN_LOOP, 'spawn-loop', { command: COMMAND });
    const turn = (who: string, timeMs: (count: number) => Promise<number>): Turn => ({
      who,
      round: async (isWarmUp) => {
        const count = isWarmUp ? Math.ceil(shellRuns / 10) : shellRuns;
        const ms = await timeMs(count);
        console.log(`  ${who}: ${figure((count * 1000) / ms)}/s`);
        return { value: (count * 1000) / ms, ms };
      },
    });
    const turns = [
      turn(OURS, (count) => server.timeRuns(jobId, count)),
      turn(SPAWN_LOOP, async (count) => (await loop.tell<{ ms: number }>('shell', { count, atOnce: AT_ONCE })).ms),
    ];
    const results = await inTurns(turns, rounds, budgetMs, () => bench.checkpoint());
    await server.stop();
    const rows: Row[] = results.map(({ who, values }) => ({ what, who, unit: '/s', values }));
    return {
      title: 'Shell runs',
      measured:
        `\`${COMMAND}\`, ${AT_ONCE} at a time. Carillon: from the commit of the pending executions until every end and its output is recorded. The loop: ` +
        'child_process.spawn of /bin/sh with stdout and stderr read to their ends, in a small process that keeps nothing.',
      rows,
      goals: [atLeast('at least 80 % of the spawn loop', rows, what, SPAWN_LOOP, 0.8)],
    };
  },
};
