import { listExecutions } from '../../src/executions/sql/list-executions.js';
import { CarillonServer } from './carillon-server.js';
import { growHistory, writeJobs } from './history.js';
import { httpLoad, requestBytes } from './http-load.js';
import type { Part } from './part.js';
import { Peer, PLAIN_FASTIFY } from './peers.js';
import { peerVersion } from './machine.js';
import { atLeast, OURS, type Row } from './report.js';
import { inTurns, type Turn } from './rounds.js';
import { figure } from './statistics.js';

const PAGE = 25;
const HISTORY = 100_000;

/** The first page under load. */
export const pagePart: Part = {
  name: 'page',
  about: 'GET of 25 executions under load, beside plain Fastify with pg and the same query',
  async run(bench) {
    const { connections, seconds, rounds, budgetMs } = bench.options;
    const what = `${connections} connections`;
    const url = await bench.newDatabase('page');
    const server = await CarillonServer.start(bench, url, { ROLES: 'api' });
    await writeJobs(server);
    await growHistory(server, 0, HISTORY);
    const turns: Turn[] = [];
    const turn = (who: string, port: number, path: string): Turn => ({
      who,
      round: async () => {
        const { count, ms } = await httpLoad(port, requestBytes(port, 'GET', path), connections, seconds * 1000);
        console.log(`  ${who}: ${figure((count * 1000) / ms)}/s`);
        return { value: (count * 1000) / ms, ms };
      },
    });
    turns.push(turn(OURS, server.port, `/api/v2/executions?limit=${PAGE}`));
    if (peerVersion('fastify') === null)
      console.log(`Skipped: ${PLAIN_FASTIFY}, because it is not installed (npm --prefix test/bench install).`);
    else {
      const { text } = listExecutions.any;
      // $1 tenant, $10 rows; whatever else it takes is a filter, and none.
      const most = Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
      const values = Array.from({ length: most }, (_, i) => (i === 0 ? server.tenantId : i === 9 ? PAGE + 1 : null));
      const settings = { url, query: text, values };
      const plain = await Peer.start(bench, PLAIN_FASTIFY, 'fastify-pg', settings);
      turns.push(turn(PLAIN_FASTIFY, (await plain.tell<{ port: number }>('page', {})).port, '/executions'));
    }
    const results = await inTurns(turns, rounds, budgetMs, () => bench.checkpoint());
    await server.stop();
    const rows: Row[] = results.map(({ who, values }) => ({ what, who, unit: '/s', values }));
    return {
      title: 'GET of 25 executions',
      measured:
        `Answers per second in ${seconds} s, the newest 25 of ${HISTORY.toLocaleString('en-US')}, asked for by the harness on the same cores. Both have ten connections to the database ` +
        'and send the same statement. Fastify sends the rows as they come; Carillon adds accounts, tenant wall, validation and its own shape.',
      rows,
      goals: [atLeast('at least 60 % of plain Fastify with pg', rows, what, PLAIN_FASTIFY, 0.6)],
    };
  },
};
