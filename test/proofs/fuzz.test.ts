// Random and hostile requests to every operation that a running server documents: no fault of the server, no refused request that
// leaves anything behind, no answer that shows the inside; the process stays the same, its memory bounded, and lets go of connections.
// Where people sign in, nobody does what the table of permissions does not allow, or anything in another tenant. What was stored on the way is then digested by a scheduler and a worker, which must not stumble over it either.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../http/http-call.js';
import type { NativeApp } from '../http/native-app.js';
import { startServer, type ServerProcess } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { INSTALLATION_WIDE, RECIPES } from '../tenancy/operation-recipes.js';
import { makeTenantWorld } from '../tenancy/tenant-world.js';
import { Lane, type Fuzzing } from './fuzz/lane.js';
import { OpenHome } from './fuzz/open-home.js';
import { RandomRequests } from './fuzz/random-requests.js';
import { SchemaValues } from './fuzz/schema-values.js';
import type { Home } from './fuzz/sender.js';
import { servedOperations, type OpenApiDocument, type ServedOperation } from './fuzz/served-operations.js';
import { ADMIN, ADMIN_HEADERS, SignedInHome } from './fuzz/signed-in-home.js';
import { Turns } from './fuzz/turns.js';
import { Verdict } from './fuzz/verdict.js';
import { WriteWatch } from './fuzz/write-watch.js';
import { proofSettings, report } from './proof-settings.js';

const settings = proofSettings();
const { PROOF_REQUESTS, PROOF_OPERATION, PROOF_FROM, PROOF_AUTH } = process.env;
/** Of the server: whether people sign in. The short form takes one of the two, by its seed. */
const AUTHS = ['off', 'on'] as const;
type Auth = (typeof AUTHS)[number];
const CHOSEN = AUTHS.filter((auth) => (PROOF_AUTH ?? (settings.isLong ? auth : AUTHS[settings.seed % 2])) === auth);
/** For each of the chosen. */
const REQUESTS = Number(PROOF_REQUESTS ?? (settings.isLong ? 100_000 : 1_300));
const FROM = Number(PROOF_FROM ?? 0);
const LANES = 8;
const POOL = 8;
/** More than this the heap may not grow: a server that keeps something of each request would, and dies at its limit. */
const MOST_HEAP_GROWTH = 24 * 2 ** 20;
const MOST_RSS_GROWTH = 160 * 2 ** 20;
const HEAP_LIMIT_MB = 320;
/** Violations that are printed; the rest is counted. */
const MOST_TOLD = 20;
/** Enough to stop. */
const MOST_VIOLATIONS = 500;

describe.each(CHOSEN)('with AUTH=%s', (auth) => {
  let database: TestDatabase;
  let watch: WriteWatch;
  let server: ServerProcess;
  beforeAll(async () => {
    database = await createTestDatabase();
    watch = await WriteWatch.on(database.url);
    server = await startServer({ env: environment('api', database, auth) });
  });
  afterAll(async () => {
    await server.stop();
    await watch.close();
    await database.drop();
  });

  it('every operation withstands whatever is sent to it', { timeout: 3_600_000 }, async () => {
    const document = (await (await fetch(`${server.url}/docs-json`)).json()) as OpenApiDocument;
    const operations = servedOperations(document);
    const schemas = new SchemaValues(document.components.schemas);
    const fuzzing: Fuzzing = {
      ...{ url: server.url, seed: settings.seed, operations, watch },
      ...{ requests: new RandomRequests(schemas), verdict: new Verdict(schemas, operations) },
      ...{ violations: [], tally: new Map(), turns: new Turns() },
      settle: (previous) => settle(fuzzing, auth, previous),
    };
    const lanes = Array.from({ length: LANES }, (_, number) => new Lane(fuzzing, number === 0));
    const perOperation = PROOF_OPERATION === undefined ? 1 : operations.length;
    const last = FROM + REQUESTS * perOperation;
    // The first tenth warms the server up: pools, caches, compiled code.
    const warm = FROM + Math.ceil((REQUESTS * perOperation) / 10);
    await send(fuzzing, lanes, FROM, warm);
    const before = await memoryOf(server);
    const beganMs = performance.now();
    await send(fuzzing, lanes, warm, last);
    const tookMs = performance.now() - beganMs;
    const after = await memoryOf(server);
    lanes.forEach((lane) => lane.close());
    const figures = {
      operations: operations.length,
      ...Object.fromEntries([...fuzzing.tally].sort(([a], [b]) => a.localeCompare(b))),
      'requests per second': Math.round((last - warm) / perOperation / (tookMs / 1000)),
      'MiB of heap before': Math.round(before.heap / 2 ** 20),
      'MiB after': Math.round(after.heap / 2 ** 20),
      'MiB resident before': Math.round(before.rss / 2 ** 20),
      'MiB resident after': Math.round(after.rss / 2 ** 20),
      violations: fuzzing.violations.length,
    };
    report('fuzz', settings, figures, `AUTH=${auth}`);
    const told = fuzzing.violations.slice(0, MOST_TOLD).join('\n');
    expect(fuzzing.violations, `${fuzzing.violations.length} violations, the first of them:\n${told}`).toHaveLength(0);
    expect(faultsIn(server.logs())).toEqual([]);
    expect((await fetch(`${server.url}/api/v2/health/ready`)).status).toBe(200);
    await expectNothingHeld(server, watch);
    expect(after.heap - before.heap).toBeLessThan(MOST_HEAP_GROWTH);
    expect(after.rss - before.rss).toBeLessThan(MOST_RSS_GROWTH);
    if (PROOF_OPERATION === undefined) expect(fuzzing.tally.get('2xx')).toBeGreaterThan(REQUESTS / 20);
    await expectDigested(database, watch, auth);
  });
});

function environment(roles: string, database: TestDatabase, auth: Auth): Record<string, string> {
  const preload = join(import.meta.dirname, '../support/collect-garbage.mjs');
  return {
    ...{ ROLES: roles, DATABASE_URL: database.url, DATABASE_POOL_SIZE: String(POOL), LOG_FORMAT: 'json' },
    // Everybody comes from this machine, and says from which address: wrong passwords of one must not keep out another.
    ...(auth === 'on' ? { AUTH: 'on', ADMIN_PASSWORD: ADMIN.password, TRUSTED_PROXIES: '127.0.0.1' } : { AUTH: 'off' }),
    // What is stored here is made at random, and the second server runs it.
    ...{ FORBIDDEN_JOB_CLASSES: 'shell,http,user:*', REQUEST_TIMEOUT_SECONDS: '5' },
    NODE_OPTIONS: `--import=${preload} --max-old-space-size=${HEAP_LIMIT_MB}`,
  };
}

/** Bytes in use after its garbage was collected. */
async function memoryOf({ pid, logs }: ServerProcess): Promise<{ heap: number; rss: number }> {
  const from = logs().length;
  process.kill(pid, 'SIGUSR2');
  const [, heap, rss] = await until('it tells its memory', () =>
    /memory: heapUsed=(\d+) rss=(\d+)/.exec(logs().slice(from)),
  );
  return { heap: Number(heap), rss: Number(rss) };
}

function faultsIn(logs: string): string[] {
  return logs.split('\n').filter((line) => /"level":"(error|fatal)"|UnhandledPromise|uncaught/i.test(line));
}

/** What these store may belong to no tenant. */
const WITHOUT_TENANT: readonly string[] = [...INSTALLATION_WIDE, 'AgentProtocol_register', 'AgentJoinTokens_create'];

/** Whether request `index` belongs to the one lane that may act for the whole installation. The same in every run. */
function isFree(index: number, operation: ServedOperation): boolean {
  return index % 16 === 0 || WITHOUT_TENANT.includes(operation.id) || !(operation.id in RECIPES);
}

/** Sends the requests from number `from` on, each from the lane where it belongs. */
async function send(fuzzing: Fuzzing, lanes: readonly Lane[], from: number, to: number): Promise<void> {
  function* requests(ofFreeLane: boolean): Generator<[number, ServedOperation]> {
    for (let index = from; index < to && fuzzing.violations.length < MOST_VIOLATIONS; index++) {
      const operation = fuzzing.operations[index % fuzzing.operations.length];
      if (operation === undefined || (PROOF_OPERATION ?? operation.id) !== operation.id) continue;
      if (isFree(index, operation) === ofFreeLane) yield [index, operation];
    }
  }
  const shared = requests(false);
  const work = async (lane: Lane, numbers: Generator<[number, ServedOperation]>): Promise<void> => {
    for (const [index, operation] of numbers) await lane.send(index, operation);
  };
  await Promise.all(lanes.map((lane, number) => work(lane, number === 0 ? requests(true) : shared)));
}

/** A tenant with everything in it, and its people. */
async function settle({ url, watch, turns }: Fuzzing, auth: Auth, previous: Home | null): Promise<Home> {
  const app: Pick<NativeApp, 'call' | 'sql'> = {
    call: (method, path, { body, headers = {} } = {}) =>
      call(url, method, path, { body, headers: { ...headers, ...(auth === 'on' ? ADMIN_HEADERS : {}) } }),
    sql: (text, values) => watch.sql(text, values),
  };
  const world = await makeTenantWorld(app, (id) => watch.isWorld(id));
  if (auth === 'off') return new OpenHome(world);
  // Users belong to no tenant.
  return turns.take(async () => {
    const home = await SignedInHome.around(
      url,
      watch,
      world,
      previous instanceof SignedInHome ? previous.strangers : null,
    );
    await watch.changesBeyondWorlds();
    return home;
  });
}

/** Connections to the database are back in their pool and idle, those of clients are gone. */
async function expectNothingHeld({ url, pid }: ServerProcess, watch: WriteWatch): Promise<void> {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
  await until('all connections are given back', async () => {
    const [row] = await watch.sql<{ open: number; busy: number }>(
      `SELECT count(*)::int AS open, (count(*) FILTER (WHERE state <> 'idle'))::int AS busy
         FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'carillon%'`,
    );
    // Those of requests, two each that stay open for making runs and for the worker, and the one that listens.
    return row !== undefined && row.busy === 0 && row.open <= POOL + 5;
  });
  // Column 2 of the kernel's table is the local address, column 4 the state: in 08 the client has hung up and the server has not. (`fetch`
  // keeps connections of its own open.)
  await until('the connections of clients are closed', async () => {
    const lines = (await readFile(`/proc/${pid}/net/tcp`, 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
    return !lines.some(([, local, , state]) => local?.endsWith(`:${port}`) === true && state === '08');
  });
}

/** A scheduler and a worker start on what was stored, run what is due, and log no fault. */
async function expectDigested(database: TestDatabase, watch: WriteWatch, auth: Auth): Promise<void> {
  const other = await startServer({ env: environment('scheduler,worker', database, auth) });
  await until(
    'nothing is due any more',
    async () => {
      const [row] = await watch.sql<{ due: number }>(
        `SELECT count(*)::int AS due FROM triggers WHERE next_fire_at < now() - interval '3 s'`,
      );
      return row?.due === 0;
    },
    60_000,
  );
  expect(faultsIn(other.logs())).toEqual([]);
  expect(await other.stop()).toEqual({ code: 0, signal: null });
}
