// Proof 2: every replica is down for 2 h 10 min while a schedule of every five minutes goes on. Afterwards 26 instants are accounted for, each
// once, and as many of them have run as the policy says, although the replicas that catch up are killed in the middle of it. The downtime is made
// by moving back what the database remembers, because its clock decides and cannot be moved.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TriggerInputDto } from '../../src/jobs/trigger-input.dto.js';
import { startEngine, type Engine } from '../support/engine.js';
import { startServer, type ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';
import { proofSettings, randomFrom, report } from './proof-settings.js';
import { startPersistently } from './supervised-server.js';

const settings = proofSettings();
const random = randomFrom(settings.seed);
const {
  rounds: ROUNDS,
  triggers: TRIGGERS,
  replicas: REPLICAS,
} = settings.isLong ? { rounds: 8, triggers: 700, replicas: 3 } : { rounds: 1, triggers: 60, replicas: 1 };
/** They are killed when they have told of new runs so often at most. */
const MOST_TOLD = settings.isLong ? 6 : 1;
const MINUTE_MS = 60_000;
const STEP_MS = 5 * MINUTE_MS;
const DOWN_MS = 130 * MINUTE_MS;
const INSTANTS = DOWN_MS / STEP_MS;
/** So far away is the first instant after the downtime at least: nothing comes due by itself while a round lasts. */
const CLEAR_MS = 4 * MINUTE_MS;

let engine: Engine;
let servers: ServerProcess[] = [];
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(async () => {
  await killAll();
  await engine.close();
});

const killAll = async (): Promise<void> => {
  await Promise.all(servers.map((server) => server.kill9()));
  servers = [];
};
const settingsOfReplicas = (): Record<string, string> => ({
  ...{ DATABASE_URL: engine.url, DATABASE_POOL_SIZE: '2', LOG_LEVEL: 'warn', LEASE_SECONDS: '3' },
});
async function startAll(): Promise<void> {
  servers = await Promise.all(Array.from({ length: REPLICAS }, () => startPersistently(settingsOfReplicas())));
}

/** Starts all and kills them when they have told of new runs `times` times, ready or not; or when there is nothing left to catch up with. */
async function startAllAndKillThemSoon(times: number, ids: readonly string[]): Promise<void> {
  const listener = await engine.session();
  let told = 0;
  listener.on('notification', () => told++);
  await listener.query('LISTEN carillon_dispatch');
  const pids: number[] = [];
  const env = settingsOfReplicas();
  const starting = Array.from({ length: REPLICAS }, () => startServer({ env, onSpawn: (pid) => pids.push(pid) }));
  await until(
    'the replicas are catching up',
    async () => told >= times || (told > 0 && (await behind(ids)) === 0),
    60_000,
  );
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  const started = await Promise.allSettled(starting);
  for (const start of started) if (start.status === 'fulfilled') await start.value.exited;
  await listener.query('UNLISTEN carillon_dispatch');
}

/** A misfire rule and what it means: of the 26 instants the latest `runs` run, and the others are missed for these reasons, oldest first. */
interface Rule {
  readonly input: Partial<TriggerInputDto>;
  readonly runs: number;
  readonly missed: readonly [count: number, reason: string][];
}
const RULES: readonly Rule[] = [
  { input: { misfirePolicy: 'skip' }, runs: 0, missed: [[26, 'misfire_skipped']] },
  { input: { misfirePolicy: 'fire_once' }, runs: 1, missed: [[25, 'misfire_coalesced']] },
  { input: { misfirePolicy: 'fire_all' }, runs: 26, missed: [] },
  { input: { misfirePolicy: 'fire_all', misfireCap: 10 }, runs: 10, missed: [[16, 'misfire_cap']] },
  { input: { misfirePolicy: 'fire_all', catchUpWindowSeconds: 3600 }, runs: 12, missed: [[14, 'catch_up_window']] },
  {
    input: { misfirePolicy: 'fire_once', catchUpWindowSeconds: 3600 },
    runs: 1,
    missed: [
      [14, 'catch_up_window'],
      [11, 'misfire_coalesced'],
    ],
  },
  {
    input: { misfirePolicy: 'fire_all', misfireCap: 7, catchUpWindowSeconds: 3600 },
    runs: 7,
    missed: [
      [14, 'catch_up_window'],
      [5, 'misfire_cap'],
    ],
  },
];
const ZONES = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe'];

/** What became of an instant: `ran`, or why it was missed. */
const outcomesOf = ({ runs, missed }: Rule): string[] => [
  ...missed.flatMap(([count, reason]) => Array.from({ length: count }, () => reason)),
  ...Array.from({ length: runs }, () => 'ran'),
];

/** One job per rule, whose triggers share the schedule; answers the rule of each trigger. */
async function makeTriggers(nextMs: number): Promise<Map<string, Rule>> {
  const offset = new Date(nextMs).getUTCMinutes() % 5;
  const rules = new Map<string, Rule>();
  for (const [n, rule] of RULES.entries()) {
    const mine = Math.floor(TRIGGERS / RULES.length) + (n < TRIGGERS % RULES.length ? 1 : 0);
    const triggers = Array.from({ length: mine }, () => ({
      ...{ kind: 'cron' as const, expression: `${offset}-59/5 * * * *`, misfireGraceSeconds: 0 },
      ...{ timeZone: ZONES[Math.floor(random() * ZONES.length)] ?? 'UTC', jitterSeconds: random() < 0.2 ? 1 : 0 },
      ...rule.input,
    }));
    const retry = { maxAttempts: 100, initialDelaySeconds: 0 };
    for (let i = 0; i < triggers.length; i += 50) {
      const some = triggers.slice(i, i + 50);
      const made = await engine.asTenant(() =>
        engine.edits.create({ name: `rule ${n}`, jobClass: 'noop', retry, triggers: some }),
      );
      for (const { id } of made.triggers) rules.set(id, rule);
    }
  }
  return rules;
}

/** As if all that the database remembers had happened so much earlier. */
async function letTimePass(ms: number): Promise<void> {
  const by = `interval '${ms} milliseconds'`;
  await engine.sql(
    `UPDATE triggers SET next_fire_at = next_fire_at - ${by}, last_fire_at = last_fire_at - ${by}, created_at = created_at - ${by}, updated_at = updated_at - ${by}`,
  );
  await engine.sql(`UPDATE agents SET last_heartbeat_at = last_heartbeat_at - ${by} WHERE ended_at IS NULL`);
}

const accounted = async (rules: ReadonlyMap<string, Rule>): Promise<number> => {
  const text = 'SELECT count(*)::int AS n FROM executions WHERE trigger_id = ANY ($1)';
  return (await engine.sql<{ n: number }>(text, [[...rules.keys()]]))[0]?.n ?? 0;
};

const behind = async (ids: readonly string[]): Promise<number> => {
  const text = 'SELECT count(*)::int AS n FROM triggers WHERE id = ANY ($1) AND next_fire_at <= now()';
  return (await engine.sql<{ n: number }>(text, [ids]))[0]?.n ?? 0;
};

const unfinished = async (): Promise<number> =>
  (await engine.sql<{ n: number }>('SELECT count(*)::int AS n FROM live_runs'))[0]?.n ?? 0;

const caughtUp = (rules: ReadonlyMap<string, Rule>): Promise<true> =>
  until(
    'every trigger has caught up and every run has ended',
    async () => {
      const left = { behind: await behind([...rules.keys()]), live: await unfinished() };
      return left.behind + left.live === 0 ? true : Promise.reject(new Error(JSON.stringify(left)));
    },
    90_000,
  );

const figures = {
  triggers: 0,
  'instants accounted for': 0,
  'of them run': 0,
  'of them missed': 0,
  'runs unfinished when the replicas were killed': 0,
  'rounds in which catching up was broken off': 0,
};

it(
  `down for 2 h 10 min, a schedule of every five minutes has 26 accounted instants, and as many runs as the policy says`,
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const nextMs = Math.ceil((Date.now() + CLEAR_MS) / MINUTE_MS) * MINUTE_MS;
      const rules = await makeTriggers(nextMs);
      if (settings.isLong) {
        await startAll();
        await killAll();
      }
      await letTimePass(DOWN_MS);
      await startAllAndKillThemSoon(1 + Math.floor(random() * MOST_TOLD), [...rules.keys()]);
      figures['runs unfinished when the replicas were killed'] += await unfinished();
      if ((await accounted(rules)) < TRIGGERS * INSTANTS) figures['rounds in which catching up was broken off']++;
      await startAll();
      await caughtUp(rules);
      await checkLedger(rules, nextMs);
      await killAll();
      await engine.sql(`UPDATE triggers SET next_fire_at = NULL WHERE id = ANY ($1)`, [[...rules.keys()]]);
    }
    report('downtime', settings, figures);
    expect(figures['instants accounted for']).toBe(ROUNDS * TRIGGERS * INSTANTS);
  },
  ROUNDS * 300_000,
);

async function checkLedger(rules: ReadonlyMap<string, Rule>, nextMs: number): Promise<void> {
  const rows = await engine.sql<{ id: string; at: Date; what: string }>(
    `SELECT trigger_id AS id, scheduled_for AS at, CASE state WHEN 'succeeded' THEN 'ran' WHEN 'missed' THEN reason ELSE state || ' ' || coalesce(reason, '') END AS what
       FROM executions WHERE trigger_id = ANY ($1) ORDER BY scheduled_for`,
    [[...rules.keys()]],
  );
  const instants = Array.from({ length: INSTANTS }, (_, n) => nextMs - (INSTANTS - n) * STEP_MS);
  for (const [id, rule] of rules) {
    const mine = rows.filter((row) => row.id === id);
    expect(mine.map(({ at, what }) => `${at.toISOString()} ${what}`)).toEqual(
      outcomesOf(rule).map((what, n) => `${new Date(instants[n] ?? 0).toISOString()} ${what}`),
    );
    figures.triggers++;
    figures['instants accounted for'] += mine.length;
    figures['of them run'] += mine.filter(({ what }) => what === 'ran').length;
    figures['of them missed'] += mine.filter(({ what }) => what !== 'ran').length;
  }
  const next = await engine.sql('SELECT DISTINCT next_fire_at AS at FROM triggers WHERE id = ANY ($1)', [
    [...rules.keys()],
  ]);
  expect(next).toEqual([{ at: new Date(nextMs) }]);
}
