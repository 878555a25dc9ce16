// Proof 3: workers that are killed, and workers that are stopped and go on when their runs have long been taken from them. Workers come in pairs of an
// agent and a server with its executor; of each pair one is the victim of a trial and the other may take over. Each run of a victim ends in one
// final state within the lease and 5 s of the signal, whatever a worker says afterwards is refused, and nothing of its processes is left.
//
// Late words are seen, not assumed: in each trial the test says of one run what its worker would say, and in the trials with SIGSTOP the worker itself
// comes back with output and an end that came meanwhile.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startFleet, type Fleet } from '../fleet/fleet.js';
import { temporaryFolder } from '../support/run-folder.js';
import { until } from '../support/until.js';
import { proofSettings, randomFrom, report } from './proof-settings.js';
import { recordEnds, wrongEnds } from './recorded-ends.js';
import { processesOfRuns, treeOf } from './run-processes.js';
import { trialAgent, trialServer, type TrialWorker } from './trial-worker.js';

const settings = proofSettings();
const random = randomFrom(settings.seed);
const { pairs: PAIRS, rounds: ROUNDS } = settings.isLong ? { pairs: 4, rounds: 100 } : { pairs: 1, rounds: 2 };
const LEASE_SECONDS = settings.isLong ? 4 : 3;
const MARGIN_MS = 5_000;
/** Runs of a trial that may have a second attempt. */
const REPEATABLE = 3;

type Blow = 'SIGKILL' | 'SIGSTOP' | 'SIGSTOP to its whole tree';
let fleet: Fleet;
const pairs: [TrialWorker, TrialWorker][] = [];
const jobs = new Map<string, string>();
beforeAll(async () => {
  fleet = await startFleet(LEASE_SECONDS);
  await recordEnds(fleet.sql);
  // One pair after the other: many that start at once are slow.
  for (let n = 0; n < PAIRS; n++) {
    const tag = `pair-${n}`;
    const starting = [
      trialAgent(fleet, tag, `agent-${n}`),
      trialServer(fleet, tag, `server-${n}`, LEASE_SECONDS),
    ] as const;
    pairs.push(await Promise.all(starting));
  }
}, 300_000);
afterAll(async () => {
  await Promise.all(pairs.flat().map((worker) => worker.close()));
  await fleet.close();
});

const figures = {
  'SIGKILL trials': 0,
  'SIGSTOP trials': 0,
  'of them on agents': 0,
  'runs taken from victims': 0,
  'ms from the blow to the last end at most': 0,
  'late words of the test refused': 0,
  'late ends of workers refused': 0,
  'trials in which a worker came back and was told that it is lost': 0,
};

interface TrialRun {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly attempt: number;
  readonly agent: string | null;
  readonly fence: number | null;
}
const look = (ids: readonly string[]): Promise<TrialRun[]> =>
  fleet.sql<TrialRun & Record<string, unknown>>(
    `SELECT e.id, coalesce(e.state, l.state) AS state, e.reason, coalesce(l.attempt, e.attempt) AS attempt, coalesce(l.agent_id, e.agent_id) AS agent, l.fence
       FROM executions e LEFT JOIN live_runs l ON l.id = e.id WHERE e.id = ANY ($1) ORDER BY e.id`,
    [ids],
  );
/** All that is known of the runs, to be compared with later. */
const ledger = (ids: readonly string[]): Promise<Record<string, unknown>[]> =>
  fleet.sql(
    `SELECT e.id, e.state, e.reason, e.attempt, e.agent_id, e.finished_at, e.exit_code,
            (SELECT md5(string_agg(l.text, '' ORDER BY l.attempt, l.seq)) FROM execution_logs l WHERE l.execution_id = e.id) AS output
       FROM executions e WHERE e.id = ANY ($1) ORDER BY e.id`,
    [ids],
  );

/** Runs a command on a worker with the tag. */
async function run(command: string, tag: string, maxAttempts: number): Promise<string> {
  const name = `${maxAttempts} attempts on ${tag}`;
  let jobId = jobs.get(name);
  if (jobId === undefined) {
    const retry = { maxAttempts, initialDelaySeconds: 0 };
    const job = { name, jobClass: 'shell', args: ['true'], requiredTags: [tag], retry };
    jobId = idOf(await fleet.call('POST', '/api/v2/jobs', job));
    jobs.set(name, jobId);
  }
  return idOf(await fleet.call('POST', `/api/v2/jobs/${jobId}/run`, { args: [command] }));
}

function idOf({ status, body }: { status: number; body: unknown }): string {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return (body as { id: string }).id;
}

/** One blow at one worker. */
async function trial(victim: TrialWorker, pairTag: string, blow: Blow, isLast: boolean): Promise<void> {
  const tick = 'echo up; while :; do echo tick; sleep 0.5; done';
  const single = await run(tick, victim.tag, 1);
  // It ends while the worker is stopped.
  const door = join(await temporaryFolder('trial'), 'open');
  const ending = await run(`echo up; while [ ! -e ${door} ]; do sleep 0.2; done; echo over`, victim.tag, 1);
  const others = await Promise.all(
    Array.from({ length: REPEATABLE }, () => run(`[ $CARILLON_ATTEMPT = 1 ] || exit 0; ${tick}`, pairTag, 5)),
  );
  const all = [single, ending, ...others];
  await until(
    'all runs of the trial run and have said so',
    async () =>
      (
        await fleet.sql(
          `SELECT 1 FROM live_runs l WHERE id = ANY ($1) AND state = 'running' AND EXISTS (SELECT 1 FROM execution_logs g WHERE g.execution_id = l.id)`,
          [all],
        )
      ).length === all.length,
    60_000,
  );
  const agentId = await victim.agentId();
  const held = (await look(all)).filter(({ agent }) => agent === agentId);
  expect(held.map(({ id }) => id)).toEqual(expect.arrayContaining([single, ending]));
  const ids = held.map(({ id }) => id);
  const [before] = await fleet.sql<{ at: Date }>('SELECT now() AS at');
  process.kill(victim.pid, blow === 'SIGKILL' ? 'SIGKILL' : 'SIGSTOP');
  const stopped = blow === 'SIGSTOP to its whole tree' ? await stopTree(victim.pid) : [victim.pid];
  await writeFile(door, '');
  try {
    await allEnded(victim, ids, before?.at ?? new Date());
    expect((await look([single]))[0]).toMatchObject({ state: 'failed', reason: 'agent_lost', attempt: 1 });
    const final = await ledger(ids);
    const mute = held.find(({ id }) => id === single);
    expect(await victim.speakForTheDead({ id: single, agentId, fence: mute?.fence ?? 0 })).toBe(true);
    figures['late words of the test refused'] += 3;
    if (blow !== 'SIGKILL') await comeBack(victim, stopped, agentId);
    else if (!isLast) await victim.restart();
    expect(await ledger(ids)).toEqual(final);
  } finally {
    if (blow !== 'SIGKILL') for (const pid of stopped) sendIfAlive(pid, 'SIGCONT');
  }
  const firstAttempts = async () => (await processesOfRuns(new Set(ids))).filter(({ attempt }) => attempt === 1);
  await until('no process of what was taken is left', async () => (await firstAttempts()).length === 0, 15_000);
  expect(await wrongEnds(fleet.sql, ids)).toEqual([]);
  const refused = ids.filter((id) => new RegExp(`${id}.*came too late and was refused`).test(victim.logs()));
  figures['late ends of workers refused'] += refused.length;
  await stopTheRest(all.filter((id) => !ids.includes(id)));
  figures[blow === 'SIGKILL' ? 'SIGKILL trials' : 'SIGSTOP trials']++;
  if (victim.kind === 'agent') figures['of them on agents']++;
  figures['runs taken from victims'] += ids.length;
}

async function allEnded(victim: TrialWorker, ids: readonly string[], since: Date): Promise<void> {
  const limitMs = LEASE_SECONDS * 1_000 + MARGIN_MS;
  await until(
    `the runs of the ${victim.kind} ${victim.tag} have ended`,
    async () => {
      const live = (await look(ids)).filter(({ fence }) => fence !== null);
      return live.length === 0 ? true : Promise.reject(new Error(JSON.stringify(live)));
    },
    limitMs + 2_000,
  );
  const [row] = await fleet.sql<{ ms: number }>(
    `SELECT (extract(epoch FROM max(finished_at) - $2::timestamptz) * 1000)::int AS ms FROM executions WHERE id = ANY ($1)`,
    [ids, since],
  );
  expect(row?.ms).toBeLessThanOrEqual(limitMs);
  figures['ms from the blow to the last end at most'] = Math.max(
    figures['ms from the blow to the last end at most'],
    row?.ms ?? 0,
  );
}

/** The worker goes on, hears that it was lost, and begins anew; what it says of its runs comes too late. */
async function comeBack(victim: TrialWorker, stopped: readonly number[], oldId: string): Promise<void> {
  for (const pid of [...stopped].reverse()) sendIfAlive(pid, 'SIGCONT');
  await until('it has begun anew', async () => (await victim.agentId()) !== oldId, 30_000);
  const told = victim.kind === 'agent' ? /runs are killed/ : /was declared lost/;
  await until('its log says that it was lost', () => told.test(victim.logs()), 15_000);
  figures['trials in which a worker came back and was told that it is lost']++;
}

async function stopTheRest(ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => fleet.call('POST', `/api/v2/executions/${id}/force-cancel`)));
  await until('what is left has ended', async () => (await wrongEnds(fleet.sql, ids)).length === 0, 15_000);
}

/** Stops a process and what descends from it, from the top, until nothing is born any more. */
async function stopTree(root: number): Promise<number[]> {
  const stopped = new Set<number>();
  for (;;) {
    const born = (await treeOf(root)).filter((pid) => !stopped.has(pid));
    if (born.length === 0) return [...stopped];
    for (const pid of born) {
      sendIfAlive(pid, 'SIGSTOP');
      stopped.add(pid);
    }
  }
}

function sendIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

it(
  `${PAIRS * ROUNDS} workers are killed or stopped: each run ends once, in time, and late words are refused`,
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(
        pairs.map((pair, n) => {
          // Half of the trials are kills; both kinds of workers get both.
          const isKill = (round + n) % 2 === 1;
          const victim = pair[random() < 0.5 ? 0 : 1];
          return trial(
            victim,
            `pair-${n}`,
            isKill ? 'SIGKILL' : random() < 0.5 ? 'SIGSTOP' : 'SIGSTOP to its whole tree',
            round === ROUNDS - 1,
          );
        }),
      );
      if (settings.isLong && (round + 1) % 10 === 0) report('workers', settings, figures);
    }
    report('workers', settings, figures);
    expect(figures['SIGKILL trials'] + figures['SIGSTOP trials']).toBe(PAIRS * ROUNDS);
    if (settings.isLong) expect(figures['late ends of workers refused']).toBeGreaterThan(0);
  },
  60_000 + ROUNDS * 90_000,
);
