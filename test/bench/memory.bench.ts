import { setTimeout as wait } from 'node:timers/promises';
import { CarillonServer } from './carillon-server.js';
import type { Part } from './part.js';
import { childrenOf, residentMb } from './process-figures.js';
import { atMost, medianOf, OURS } from './report.js';

const SETTLE_MS = 10_000;
const MOST_ROUNDS = 3;

/** An idle server. */
export const memoryPart: Part = {
  name: 'memory',
  about: 'memory of an idle server',
  async run(bench) {
    const server: number[] = [];
    const children: number[] = [];
    const url = await bench.newDatabase('memory');
    for (let round = 0; round < Math.min(bench.options.rounds, MOST_ROUNDS); round++) {
      const running = await CarillonServer.start(bench, url);
      await wait(SETTLE_MS);
      server.push(await residentMb(running.pid));
      const sizes = await Promise.all((await childrenOf(running.pid)).map(residentMb));
      children.push(sizes.reduce((sum, size) => sum + size, 0));
      await running.stop();
    }
    const rows = [
      { what: 'server process', who: OURS, unit: 'MiB', values: server },
      { what: 'its children (executor)', who: OURS, unit: 'MiB', values: children },
    ];
    return {
      title: 'Memory of an idle server',
      measured: `Resident memory ${SETTLE_MS / 1000} s after it was ready; all roles, nothing to do. The database is not counted.`,
      rows,
      goals: [atMost('server process under 200 MB', medianOf(rows, 'server process', OURS), 200, 'MiB')],
    };
  },
};
