import { CarillonServer } from './carillon-server.js';
import { httpLoad, requestBytes } from './http-load.js';
import type { Part } from './part.js';
import { peersFor } from './peers.js';
import { atLeast, OURS, type Row } from './report.js';
import { inTurns, type Turn } from './rounds.js';
import { figure } from './statistics.js';
import { untilTrue } from './until.js';

const WORKING = 'Carillon, running them too';
const DRAIN_DEADLINE_MS = 120_000;

/** Single jobs, many callers. */
export const enqueuePart: Part = {
  name: 'enqueue',
  about: 'run-now requests over HTTP, beside the bare enqueue calls of all peers',
  async run(bench) {
    const { connections, seconds, rounds, budgetMs } = bench.options;
    const what = `${connections} at a time`;
    const turns: Turn[] = [];
    const servers: CarillonServer[] = [];
    const settings = bench.wants(OURS)
      ? ([
          [OURS, 'api'],
          [WORKING, 'api,scheduler,worker'],
        ] as const)
      : [];
    for (const [who, roles] of settings) {
      const server = await CarillonServer.start(bench, await bench.newDatabase('enqueue'), { ROLES: roles });
      servers.push(server);
      const jobId = await server.newJob('noop', 'noop');
      const request = requestBytes(server.port, 'POST', `/api/v2/jobs/${jobId}/run`, '{}');
      turns.push({
        who,
        round: async () => {
          const { count, ms } = await httpLoad(server.port, request, connections, seconds * 1000);
          if (who === WORKING) await untilTrue('all runs have ended', () => server.isIdle(), 50, DRAIN_DEADLINE_MS);
          console.log(`  ${who}: ${figure((count * 1000) / ms)}/s`);
          return { value: (count * 1000) / ms, ms };
        },
      });
    }
    for (const peer of await peersFor(bench, 'enqueue'))
      turns.push({
        who: peer.who,
        round: async () => {
          const { count, ms } = await peer.tell<{ count: number; ms: number }>('enqueue', { connections, seconds });
          console.log(`  ${peer.who}: ${figure((count * 1000) / ms)}/s`);
          return { value: (count * 1000) / ms, ms };
        },
      });
    const results = await inTurns(turns, rounds, budgetMs, () => bench.checkpoint());
    for (const server of servers) await server.stop();
    const rows: Row[] = results.map(({ who, values }) => ({ what, who, unit: '/s', values }));
    const peers = rows.filter(({ who }) => who !== OURS && who !== WORKING);
    return {
      title: 'Run-now requests and enqueue calls',
      measured:
        `Acknowledged per second in ${seconds} s. Carillon: POST …/run over ${connections} open connections, sent by the harness on the same cores, to a ` +
        'server with the role api, and to one that runs the no-ops meanwhile. Peers: their call for one job in as many loops, in their own process, no ' +
        'HTTP, nobody works on the jobs.',
      rows,
      goals: peers.map(({ who }) => atLeast(`at least ${who}`, rows, what, who, 1)),
    };
  },
};
