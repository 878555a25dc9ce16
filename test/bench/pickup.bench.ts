import { setTimeout as wait } from 'node:timers/promises';
import { CarillonServer } from './carillon-server.js';
import { HttpConnection, requestBytes } from './http-load.js';
import type { Part } from './part.js';
import { BULLMQ_REDIS, peersFor } from './peers.js';
import { atMost, medianOf, OURS, type Row } from './report.js';
import { figure, median, percentile } from './statistics.js';

/** Longest round of one competitor, in seconds: a peer that polls would take minutes. */
const SECONDS = 15;
/** The worker stamps the start in whole milliseconds, rounded down; this makes up for it on average. */
const HALF_A_MILLISECOND = 0.5;
const DRAIN_MS = 1_000;

/** Single runs on an idle worker. */
export const pickupPart: Part = {
  name: 'pickup',
  about: 'run now on an idle server until the handler starts, beside all peers',
  async run(bench) {
    const { samples, rounds } = bench.options;
    const measures: { who: string; sample: () => Promise<number[]> }[] = [];
    const server = bench.wants(OURS) ? await CarillonServer.start(bench, await bench.newDatabase('pickup')) : null;
    if (server !== null) {
      const jobId = await server.newJob('noop', 'noop');
      measures.push({ who: OURS, sample: () => ourSamples(server, jobId, samples) });
    }
    for (const peer of await peersFor(bench, 'pickup'))
      measures.push({
        who: peer.who,
        sample: async () => (await peer.tell<{ list: number[] }>('pickup', { samples, seconds: SECONDS })).list,
      });
    const found = measures.map(({ who }) => ({ who, p50: [] as number[], p99: [] as number[] }));
    for (let round = 0; round <= Math.min(rounds, 3); round++) {
      for (const [index, { who, sample }] of measures.entries()) {
        const list = await sample();
        // The first round warms up.
        if (round === 0) continue;
        const entry = found[index];
        entry?.p50.push(median(list));
        entry?.p99.push(percentile(list, 0.99));
        console.log(`  ${who}: p50 ${figure(median(list))} ms, p99 ${figure(percentile(list, 0.99))} ms`);
      }
    }
    await server?.stop();
    const rows: Row[] = found.flatMap(({ who, p50, p99 }) => [
      { what: 'p50', who, unit: 'ms', values: p50 },
      { what: 'p99', who, unit: 'ms', values: p99 },
    ]);
    const ours = medianOf(rows, 'p50', OURS);
    const theirs = medianOf(rows, 'p50', BULLMQ_REDIS);
    return {
      title: 'Pick-up of a single job',
      measured:
        'One job at a time, a pause of 20 to 40 ms between two. Carillon: from before the request POST …/run is written to its socket until the ' +
        'start that the worker stamps (+0.5 ms, because it stamps whole milliseconds): HTTP, transaction, audit entry and notification are in it. ' +
        'Peers: from before the call that adds the job until its handler is entered, in one process.',
      rows: rows.sort((a, b) => a.what.localeCompare(b.what)),
      goals: [
        atMost(
          `p50 at most that of BullMQ on Redis (${figure(theirs)} ms)`,
          Number.isNaN(theirs) ? NaN : ours,
          theirs,
          'ms',
        ),
        atMost('p99 under 10 ms', medianOf(rows, 'p99', OURS), 10, 'ms'),
      ],
    };
  },
};

async function ourSamples(server: CarillonServer, jobId: string, samples: number): Promise<number[]> {
  const connection = await HttpConnection.open(server.port);
  const request = requestBytes(server.port, 'POST', `/api/v2/jobs/${jobId}/run`, '{}');
  const sent = new Map<string, number>();
  for (let n = 0; n < samples; n++) {
    const sentMs = performance.timeOrigin + performance.now();
    const { id } = JSON.parse((await connection.send(request)).toString()) as { id: string };
    sent.set(id, sentMs);
    await wait(20 + Math.random() * 20);
  }
  connection.close();
  // What was picked up late is late, not lost.
  await wait(DRAIN_MS);
  const rows = await server.rows<{ id: string; startedAt: Date | null }>(
    'SELECT id, started_at AS "startedAt" FROM executions WHERE id = ANY ($1::uuid[])',
    [[...sent.keys()]],
  );
  return rows.map(({ id, startedAt }) => {
    if (startedAt === null) throw new Error(`Execution ${id} was not started within ${DRAIN_MS} ms.`);
    return startedAt.getTime() + HALF_A_MILLISECOND - (sent.get(id) ?? NaN);
  });
}
