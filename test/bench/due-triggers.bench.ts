import type { Bench } from './bench.js';
import { CarillonServer } from './carillon-server.js';
import type { Part } from './part.js';
import { atMost, medianOf, OURS, type Goal, type Row } from './report.js';
import { figure } from './statistics.js';
import { untilTrue } from './until.js';

/** Time to write triggers and for the scheduler to arm them. */
const LEAD_MS = 6_000;
const DEADLINE_MS = 120_000;
/** Few figures come of each round, but a round takes some ten seconds. */
const MOST_ROUNDS = 3;

interface Lateness {
  readonly fired50: number;
  readonly fired99: number;
  readonly started50: number;
  readonly started99: number;
}

/** Many triggers, one instant. */
export const dueTriggersPart: Part = {
  name: 'due',
  about: 'triggers that are due in the same second: how late their runs start',
  async run(bench) {
    const rows: Row[] = [];
    const goals: Goal[] = [];
    for (const count of bench.options.dueTriggers) {
      const what = `${count.toLocaleString('en-US')} due`;
      const found = await rounds(bench, count);
      const row = (name: string, pick: (one: Lateness) => number): Row => ({
        what: `${what}, ${name}`,
        who: OURS,
        unit: 'ms',
        values: found.map(pick),
      });
      rows.push(
        row('execution made p50', (one) => one.fired50),
        row('execution made p99', (one) => one.fired99),
        row('handler started p50', (one) => one.started50),
        row('handler started p99', (one) => one.started99),
      );
      const started = (share: string) => medianOf(rows, `${what}, handler started ${share}`, OURS);
      if (count <= 1_000) goals.push(atMost(`${what}: p50 under 50 ms`, started('p50'), 50, 'ms'));
      goals.push(
        atMost(
          `${what}: p99 under ${count <= 1_000 ? 250 : 1_000} ms`,
          started('p99'),
          count <= 1_000 ? 250 : 1_000,
          'ms',
        ),
      );
    }
    return {
      title: 'Triggers due in the same second',
      measured:
        'Each trigger belongs to a no-op job of its own and is due at the same whole second, some seconds ahead. Lateness: from that second until the ' +
        'transaction begins that stores the execution, and until its handler starts, both as the history has them. One server with all roles.',
      rows,
      goals,
    };
  },
};

async function rounds(bench: Bench, count: number): Promise<Lateness[]> {
  const server = await CarillonServer.start(bench, await bench.newDatabase('due'));
  const template = await server.newJob('template', 'noop');
  await server.rows(
    `INSERT INTO jobs (id, tenant_id, name, job_class, queue_id, created_by)
     SELECT gen_random_uuid(), tenant_id, 'due ' || n, job_class, queue_id, 'bench' FROM jobs, generate_series(1, $2::int) n WHERE id = $1`,
    [template, count],
  );
  const found: Lateness[] = [];
  for (let round = 0; round <= Math.min(bench.options.rounds, MOST_ROUNDS); round++) {
    await bench.checkpoint();
    const lateness = await oneRound(server, count);
    if (round > 0) found.push(lateness);
    console.log(
      `  ${count}: made p50 ${figure(lateness.fired50)}, started p50 ${figure(lateness.started50)}, p99 ${figure(lateness.started99)} ms`,
    );
  }
  await server.stop();
  return found;
}

async function oneRound(server: CarillonServer, count: number): Promise<Lateness> {
  const dueAt = new Date(Math.ceil((Date.now() + LEAD_MS) / 1000) * 1000);
  await server.rows(
    `WITH made AS (
       INSERT INTO triggers (id, tenant_id, job_id, kind, spec, next_fire_at, created_by)
       SELECT gen_random_uuid(), tenant_id, id, 'date', jsonb_build_object('at', $1::text), $1::timestamptz, 'bench' FROM jobs WHERE name LIKE 'due %'
       RETURNING id)
     SELECT pg_notify('carillon_triggers', '') FROM made LIMIT 1`,
    [dueAt.toISOString()],
  );
  if (Date.now() > dueAt.getTime() - 1_000) throw new Error(`Writing ${count} triggers took too long to measure them.`);
  const sql = `SELECT count(*)::int AS n FROM executions WHERE scheduled_for = $1 AND state = 'succeeded'`;
  const ended = async () => (await server.rows<{ n: number }>(sql, [dueAt]))[0]?.n ?? 0;
  await untilTrue('it is time', () => Promise.resolve(Date.now() > dueAt.getTime() + 1_500), 50, DEADLINE_MS);
  await untilTrue('all runs have ended', async () => (await ended()) >= count, 250, DEADLINE_MS);
  const [row] = await server.rows<Lateness>(
    `SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY made) AS fired50, percentile_disc(0.99) WITHIN GROUP (ORDER BY made) AS fired99,
            percentile_disc(0.5) WITHIN GROUP (ORDER BY started) AS started50, percentile_disc(0.99) WITHIN GROUP (ORDER BY started) AS started99
       FROM (SELECT extract(epoch FROM created_at - scheduled_for)::float8 * 1000 AS made, extract(epoch FROM started_at - scheduled_for)::float8 * 1000 AS started
               FROM executions WHERE scheduled_for = $1) x`,
    [dueAt],
  );
  if (row === undefined) throw new Error('No executions were found.');
  return row;
}
