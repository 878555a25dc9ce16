// Many runs, three agents, and what can happen to them. FLEET_RUNS=1000 is the long form.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { startFleet, type AgentProcess, type Fleet } from './fleet.js';

const RUNS = Number(process.env['FLEET_RUNS'] ?? 90);
const LEASE_SECONDS = 6;
const LIMIT_MS = 60_000 + RUNS * 300;
const NEEDS: readonly (readonly string[])[] = [[], ['red'], ['blue'], ['red', 'blue']];

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet(LEASE_SECONDS);
});
afterAll(() => fleet.close());

/** Enqueues `count` runs of a few jobs; answers their ids. */
async function enqueue(count: number, command: string): Promise<string[]> {
  const jobs = await Promise.all(
    NEEDS.map(async (requiredTags, i) => {
      const retry = { maxAttempts: 4, initialDelaySeconds: 0 };
      const body = { name: `job ${i}`, jobClass: 'shell', args: [command], requiredTags, retry };
      const { body: made, status } = await fleet.call('POST', '/api/v2/jobs', body);
      expect({ status, made }).toMatchObject({ status: 201 });
      return (made as { id: string }).id;
    }),
  );
  const ids: string[] = [];
  for (let i = 0; i < count; i += 20) {
    const some = Array.from({ length: Math.min(20, count - i) }, (_, n) => jobs[(i + n) % jobs.length]!);
    const made = await Promise.all(some.map((job) => fleet.call('POST', `/api/v2/jobs/${job}/run`, {})));
    ids.push(...made.map(({ body }) => (body as { id: string }).id));
  }
  return ids;
}
const allEnded = (ids: readonly string[]): Promise<true> =>
  until(
    'all runs have ended',
    async () => (await fleet.sql(`SELECT 1 FROM live_runs WHERE id = ANY ($1) LIMIT 1`, [ids])).length === 0,
    LIMIT_MS,
  );
const started = (least: number) =>
  until(
    `${least} runs have ended`,
    async () => (await fleet.sql(`SELECT 1 FROM executions WHERE state = 'succeeded'`)).length >= least,
    LIMIT_MS,
  );
const idOf = async (name: string): Promise<string> => {
  const [row] = await fleet.sql<{ id: string }>(`SELECT id FROM agents WHERE name = $1 ORDER BY id DESC LIMIT 1`, [
    name,
  ]);
  return row?.id ?? '';
};
const join = (name: string, tags: string): Promise<AgentProcess> =>
  fleet.startAgent('carillon', { name, tags, slots: 4 });

it(
  `${RUNS} runs end once each on an agent that fits, though one agent is killed and one sleeps beyond its lease`,
  async () => {
    await join('both', 'red,blue');
    const red = await join('red', 'red');
    const blue = await join('blue', 'blue');
    await until(
      'three agents are there',
      async () => (await fleet.sql(`SELECT 1 FROM agents WHERE state = 'online'`)).length === 3,
      20_000,
    );
    const ids = await enqueue(RUNS, 'echo begin $CARILLON_ATTEMPT; sleep 0.3; echo end $CARILLON_ATTEMPT');
    await started(Math.floor(RUNS / 6));
    const [redId, blueId] = [await idOf('red'), await idOf('blue')];
    blue.signal('SIGSTOP');
    red.signal('SIGKILL');
    await until(
      'nothing waits for the agents that are silent',
      async () =>
        (await fleet.sql(`SELECT 1 FROM live_runs WHERE agent_id = ANY ($1)`, [[redId, blueId]])).length === 0 &&
        (await fleet.sql(`SELECT 1 FROM agents WHERE id = ANY ($1) AND state = 'lost'`, [[redId, blueId]])).length ===
          2,
      (LEASE_SECONDS + 5) * 1_000,
    );
    const before = await fleet.sql(
      `SELECT id, state, attempt, agent_id, finished_at FROM executions WHERE state IS NOT NULL ORDER BY id`,
    );
    blue.signal('SIGCONT');
    await until('it is back under a new life', async () => (await idOf('blue')) !== blueId, 20_000);
    await allEnded(ids);
    const after = await fleet.sql(
      `SELECT id, state, attempt, agent_id, finished_at FROM executions WHERE state IS NOT NULL ORDER BY id`,
    );
    expect(after.filter(({ id }) => before.some((row) => row['id'] === id))).toEqual(before);
    const wrong = await fleet.sql(
      `SELECT e.id, e.state, e.reason, a.tags, j.required_tags FROM executions e JOIN jobs j ON j.id = e.job_id JOIN agents a ON a.id = e.agent_id
      WHERE e.state <> 'succeeded' OR NOT (j.required_tags <@ a.tags)`,
    );
    expect(wrong).toEqual([]);
    const outputs = await fleet.sql<{ attempt: number; text: string }>(
      `SELECT e.attempt, string_agg(l.text, '' ORDER BY l.seq) AS text FROM executions e
       JOIN execution_logs l ON l.execution_id = e.id AND l.attempt = e.attempt GROUP BY e.id`,
    );
    expect(outputs).toHaveLength(RUNS);
    expect(outputs.filter(({ attempt, text }) => text !== `begin ${attempt}\nend ${attempt}\n`)).toEqual([]);
    const lost = await fleet.sql(`SELECT 1 FROM executions WHERE attempt > 1`);
    process.stdout.write(`${RUNS} runs, ${lost.length} of them lost an attempt with their agent\n`);
  },
  LIMIT_MS * 2,
);

it(
  'the server is restarted under load: no agent dies, no run is lost, no line is missing or doubled',
  async () => {
    const there = await fleet.sql(`SELECT 1 FROM agents WHERE state = 'online'`);
    for (let n = there.length; n < 3; n++) await join(`further ${n}`, 'red,blue');
    const lives = await until(
      'they are there',
      async () => {
        const rows = await fleet.sql(`SELECT id FROM agents WHERE state = 'online' ORDER BY id`);
        return rows.length === 3 ? rows : undefined;
      },
      20_000,
    );
    const ids = await enqueue(
      Math.floor(RUNS / 3),
      'i=1; while [ $i -le 40 ]; do echo line $i; sleep 0.02; i=$((i+1)); done',
    );
    await until(
      'some run',
      async () => (await fleet.sql(`SELECT 1 FROM execution_logs WHERE execution_id = ANY ($1)`, [ids])).length > 3,
      20_000,
    );
    await fleet.restartServer();
    await allEnded(ids);
    expect(await fleet.sql(`SELECT id FROM agents WHERE state = 'online' ORDER BY id`)).toEqual(lives);
    const whole = Array.from({ length: 40 }, (_, i) => `line ${i + 1}\n`).join('');
    const rows = await fleet.sql<{ state: string; attempt: number; text: string }>(
      `SELECT e.state, e.attempt, string_agg(l.text, '' ORDER BY l.attempt, l.seq) AS text FROM executions e
       JOIN execution_logs l ON l.execution_id = e.id WHERE e.id = ANY ($1) GROUP BY e.id`,
      [ids],
    );
    expect(rows).toHaveLength(ids.length);
    expect(rows.filter((row) => row.state !== 'succeeded' || row.attempt !== 1 || row.text !== whole)).toEqual([]);
  },
  LIMIT_MS * 2,
);
