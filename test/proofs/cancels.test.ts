// Proof 4: runs that end at the moment at which somebody cancels them, first statement against statement, then processes against requests; and
// trees of processes that ignore SIGTERM, some of which left their process group and session. Each run has one final state, which is the one that
// the answers promised, and no process is left.
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  anAgent,
  anEnd,
  claimAny,
  gateDifferences,
  startEngine,
  type Engine,
  type Replica,
} from '../support/engine.js';
import type { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';
import { ask, create, type Answer } from './api-call.js';
import { proofSettings, randomFrom, report } from './proof-settings.js';
import { recordEnds, wrongEnds } from './recorded-ends.js';
import { processesOfRuns } from './run-processes.js';
import { startPersistently } from './supervised-server.js';

const settings = proofSettings();
const random = randomFrom(settings.seed);
const {
  statements: STATEMENTS,
  requests: REQUESTS,
  trees: TREES,
} = settings.isLong ? { statements: 500, requests: 500, trees: 200 } : { statements: 60, requests: 30, trees: 6 };
const AT_ONCE = 20;
/** Of force-cancelled runs. */
const FINAL_WITHIN_MS = 5_000;

let engine: Engine;
let finishers: Replica[];
let server: ServerProcess;
beforeAll(async () => {
  engine = await startEngine({ apiConnections: 10 });
  finishers = Array.from({ length: 4 }, () => engine.replica(2));
  await recordEnds(engine.sql);
  const env = { WORKER_SLOTS: String(AT_ONCE), LOG_LEVEL: 'warn', DATABASE_POOL_SIZE: '8' };
  server = await startPersistently({ DATABASE_URL: engine.url, ...env });
}, 300_000);
afterAll(async () => {
  await server.stop('SIGKILL');
  await engine.close();
});

const below = (limit: number): number => Math.floor(random() * limit);
const figures = {
  races: 0,
  'ended before the cancel': 0,
  'cancelled before the end': 0,
  'ended well although asked to stop': 0,
  trees: 0,
  'processes in them': 0,
  'ms from a force-cancel to the final state at most': 0,
};
const endOf = async (id: string): Promise<{ state: string | null; reason: string | null } | undefined> =>
  (
    await engine.sql<{ state: string | null; reason: string | null }>(
      'SELECT state, reason FROM executions WHERE id = $1',
      [id],
    )
  )[0];

function count(state: string | null | undefined, accepted: boolean): void {
  figures.races++;
  if (state === 'cancelled') figures['cancelled before the end']++;
  else if (accepted) figures['ended well although asked to stop']++;
  else figures['ended before the cancel']++;
}

/** A job whose runs the worker of the server leaves alone. */
const NOT_FOR_THE_SERVER = { name: 'j', jobClass: 'noop', requiredTags: ['statements'] };

/** A few turns of the event loop, so that either side is first about as often. */
async function aMoment(): Promise<void> {
  for (let turns = below(12); turns > 0; turns--) await new Promise(setImmediate);
}

it(`${STATEMENTS} ends against cancels, statement against statement`, { timeout: 600_000 }, async () => {
  const jobs = await Promise.all(
    [{}, { overlapPolicy: 'queue_all' as const, maxConcurrency: AT_ONCE }].map(async (over) => {
      const made = await engine.asTenant(() => engine.edits.create({ ...NOT_FOR_THE_SERVER, ...over }));
      return made.job.id;
    }),
  );
  const agentId = await anAgent(engine, { leaseMs: 3_600_000 });
  const ids: string[] = [];
  while (ids.length < STATEMENTS) {
    const wanted = Math.min(AT_ONCE, STATEMENTS - ids.length);
    for (let i = 0; i < wanted; i++)
      await engine.asTenant(() => engine.commands.runNow(jobs[i % jobs.length] ?? '', {}));
    const runs = await claimAny(engine, agentId, wanted);
    expect(runs).toHaveLength(wanted);
    ids.push(...runs.map((run) => run.id));
    await Promise.all(
      runs.map(async (run, i) => {
        const byForce = below(2) === 0;
        const end = async (): Promise<ReadonlySet<string>> => {
          await aMoment();
          return (finishers[i % finishers.length] ?? engine).queue.finish(agentId, [anEnd(run)]);
        };
        const stop = async (): Promise<boolean> => {
          await aMoment();
          const { commands } = engine;
          return engine
            .asTenant(() => (byForce ? commands.forceCancel(run.id) : commands.cancel(run.id)))
            .then(
              () => true,
              (error: unknown) => {
                if ((error as { code?: string }).code !== 'invalid_state') throw error;
                return false;
              },
            );
        };
        const [kept, accepted] = await Promise.all([end(), stop()]);
        expect(kept).toEqual(new Set([run.id]));
        const final = await endOf(run.id);
        expect(final).toEqual(
          accepted && byForce
            ? { state: 'cancelled', reason: 'force_cancelled' }
            : { state: 'succeeded', reason: null },
        );
        count(final?.state, accepted);
      }),
    );
  }
  expect(await wrongEnds(engine.sql, ids)).toEqual([]);
  expect(await gateDifferences(engine)).toEqual([]);
});

it(`${REQUESTS} processes that end against requests to cancel them`, { timeout: 900_000 }, async () => {
  const lengths = [0, 20, 60, 120];
  const jobs = await Promise.all(
    lengths.map((ms) =>
      create(server.url, '/jobs', { name: `${ms} ms`, jobClass: 'shell', args: [`sleep ${ms / 1_000}; echo done`] }),
    ),
  );
  const ids: string[] = [];
  const oneAfterTheOther = async (): Promise<void> => {
    while (ids.length < REQUESTS) {
      const which = below(lengths.length);
      const id = await create(server.url, `/jobs/${jobs[which]}/run`, {});
      ids.push(id);
      const atMs = Date.now() + random() * 2 * ((lengths[which] ?? 0) + 20);
      await until('it is time to cancel', () => Date.now() >= atMs);
      const asked = await ask(server.url, 'POST', `/executions/${id}/${below(2) === 0 ? 'cancel' : 'force-cancel'}`);
      const final = await until('the run has ended', async () => {
        const end = await endOf(id);
        return end?.state == null ? null : end;
      });
      expect(promised(asked)).toContain(final.state);
      count(final.state, asked.status < 300);
    }
  };
  await Promise.all(Array.from({ length: 6 }, oneAfterTheOther));
  expect(await wrongEnds(engine.sql, ids)).toEqual([]);
  const isGone = async () => (await processesOfRuns(new Set(ids))).length === 0;
  await until('no process of them is left', isGone);
});

/** Final states that agree with the answer to a cancel. */
function promised({ status, body }: Answer): string[] {
  if (status === 409) return ['succeeded'];
  expect(status).toBeLessThan(300);
  return body['state'] === 'cancelled'
    ? ['cancelled']
    : body['state'] === 'succeeded'
      ? ['succeeded']
      : ['cancelled', 'succeeded'];
}

/** Ignores SIGTERM in the group, in a group and session of its own, and in one whose parent is gone. */
const TREE = `trap '' TERM
(sleep 600; sleep 600) &
setsid sh -c 'sleep 600; sleep 600' &
setsid sh -c '(sleep 600; sleep 600) & exit' &
echo up
while :; do sleep 600; done`;
/** Of each tree at least: four shells and their sleeps, without the one that leaves. */
const LEAST_PROCESSES = 8;

it(`${TREES} force-cancels of trees that ignore SIGTERM`, { timeout: 900_000 }, async () => {
  const job = { name: 'tree', jobClass: 'shell', args: [TREE], killGraceSeconds: 600 };
  const jobId = await create(server.url, '/jobs', job);
  while (figures.trees < TREES) {
    const wanted = Math.min(AT_ONCE, TREES - figures.trees);
    const ids = await Promise.all(Array.from({ length: wanted }, () => create(server.url, `/jobs/${jobId}/run`, {})));
    const all = new Set(ids);
    const found = await until(
      'every tree has grown',
      async () => {
        const processes = await processesOfRuns(all);
        const grown = ids.filter(
          (id) => processes.filter(({ executionId }) => executionId === id).length >= LEAST_PROCESSES,
        );
        return grown.length === ids.length ? processes : null;
      },
      30_000,
    );
    figures['processes in them'] += found.length;
    await Promise.all(
      ids.map(async (id, i) => {
        // Half of them were asked politely before.
        if (i % 2 === 0) expect((await ask(server.url, 'POST', `/executions/${id}/cancel`)).status).toBeLessThan(300);
        expect((await ask(server.url, 'POST', `/executions/${id}/force-cancel`)).status).toBeLessThan(300);
      }),
    );
    await until('they have ended', async () => (await wrongEnds(engine.sql, ids)).length === 0, 3 * FINAL_WITHIN_MS);
    const ended = await engine.sql<{ state: string; reason: string; ms: number }>(
      `SELECT e.state, e.reason, (extract(epoch FROM e.finished_at - a.at) * 1000)::int AS ms FROM executions e
         JOIN audit_log a ON a.subject_id = e.id::text AND a.event = 'execution.force_cancel_requested' WHERE e.id = ANY ($1)`,
      [ids],
    );
    expect(ended).toHaveLength(ids.length);
    for (const { state, reason, ms } of ended) {
      expect({ state, reason }).toEqual({ state: 'cancelled', reason: 'force_cancelled' });
      expect(ms).toBeLessThanOrEqual(FINAL_WITHIN_MS);
      figures['ms from a force-cancel to the final state at most'] = Math.max(
        figures['ms from a force-cancel to the final state at most'],
        ms,
      );
    }
    await until('no process of them is left', async () => (await processesOfRuns(all)).length === 0);
    figures.trees += ids.length;
  }
  report('cancels', settings, figures);
  expect(figures.races).toBeGreaterThanOrEqual(STATEMENTS + REQUESTS);
});
