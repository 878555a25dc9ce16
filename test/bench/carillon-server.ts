// Carillon as its users start it: the built server in a process of its own, on a database of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { DispatchPool } from '../../src/database/dispatch-pool.js';
import { HistoryCounts } from '../../src/executions/history-counts.service.js';
import { enqueue } from '../../src/executions/sql/enqueue.js';
import { newId } from '../../src/kernel/ids.js';
import type { Bench } from './bench.js';
import { ROOT } from './places.js';
import { untilTrue } from './until.js';

const START_DEADLINE_MS = 120_000;
const RUNS_DEADLINE_MS = 600_000;
const BATCH = 1_000;
const COUNTED_AT_ONCE = 100_000;
const RUNS_PER_REQUEST = 5_000;

/** A running server and a way past it into its database. */
export class CarillonServer {
  /** From the start of the process until it was ready. */
  bootMs = NaN;
  tenantId = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly exited: Promise<unknown>,
    readonly database: pg.Pool,
    /** Without a path. */
    readonly url: string,
  ) {}

  /** Starts it with the settings of `env` on `databaseUrl`, and waits until it is ready. It ends with the bench at the latest. */
  static async start(
    bench: Bench,
    databaseUrl: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<CarillonServer> {
    const dataDir = await mkdtemp(join(bench.folder, 'server-'));
    const { profile } = bench.options;
    // The flags of `npm start`.
    const flags = ['--max-semi-space-size=16', '--enable-source-maps'];
    if (profile !== null) flags.push('--cpu-prof', `--cpu-prof-dir=${profile}`);
    const beganMs = performance.now();
    const child = spawn(process.execPath, [...flags, join(ROOT, 'dist/src/main.js')], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        PORT: '0',
        DEMO: 'false',
        LOG_LEVEL: 'warn',
        ...env,
        DATA_DIR: dataDir,
        DATABASE_URL: databaseUrl,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    const exited = once(child, 'exit');
    bench.atEnd(async () => {
      child.kill('SIGKILL');
      await exited;
    });
    const origin = () => /API\s+(http:\/\/[^/\s]+)\/api\/v2/.exec(output)?.[1];
    const isReady = async () => {
      if (child.exitCode !== null) throw new Error(`The server ended before it was ready:\n${output}`);
      const at = origin();
      if (at === undefined) return false;
      // Not yet, or no longer: then the exit code says so next time.
      const response = await fetch(`${at}/api/v2/health/ready`).catch(() => null);
      await response?.arrayBuffer();
      return response?.status === 200;
    };
    await untilTrue('the server is ready', isReady, 5, START_DEADLINE_MS);
    const bootMs = performance.now() - beganMs;
    const database = new pg.Pool({ connectionString: databaseUrl, max: 2 });
    database.on('error', () => undefined);
    bench.atEnd(() => (database.ended ? Promise.resolve() : database.end()));
    const server = new CarillonServer(child, exited, database, origin() ?? '');
    server.bootMs = bootMs;
    server.tenantId =
      (await server.rows<{ id: string }>(`SELECT id FROM tenants WHERE name = 'default_tenant'`))[0]?.id ?? '';
    return server;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** As SIGTERM does it. */
  async stop(): Promise<void> {
    await this.database.end();
    this.child.kill('SIGTERM');
    await this.exited;
  }

  /** Rows of a statement, past the server. */
  async rows<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.database.query<Row>(text, values)).rows;
  }

  /** Counts the history, as housekeeping would have within a quarter of an hour. */
  async countHistory(): Promise<void> {
    const pool = new DispatchPool(this.database.options.connectionString ?? '', 1);
    const counts = new HistoryCounts(pool);
    const isCounted = async () => {
      const batch = counts.pass();
      while (!(await batch(COUNTED_AT_ONCE)).isLast);
      const [row] = await this.rows<{ all: boolean }>(
        'SELECT counted_through >= (SELECT max(number) FROM executions) AS all FROM counting_mark',
      );
      return row?.all === true;
    };
    await untilTrue('the history is counted', isCounted, 100, RUNS_DEADLINE_MS);
    await pool.close();
  }

  /** Sends a request; answers its JSON. Throws with the problem that the server names. */
  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/api/v2/${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** Makes a job of a class and answers its id. */
  async newJob(name: string, jobClass: string, args: readonly unknown[] = []): Promise<string> {
    return (await this.request<{ id: string }>('POST', 'jobs', { name, jobClass, args })).id;
  }

  /**
   * Makes executions of a job with the statement behind run now, a thousand at a time, in one transaction: the worker hears of them when
   * it is committed. `beforeCommit` is called when only that is left to do. Answers the id of the last one.
   */
  async enqueue(jobId: string, count: number, beforeCommit: () => void = () => undefined): Promise<string> {
    let lastId = '';
    const client = await this.database.connect();
    try {
      await client.query('BEGIN');
      for (let made = 0; made < count; made += BATCH) {
        const ids = Array.from({ length: Math.min(BATCH, count - made) }, () => newId());
        await client.query({ ...enqueue, values: enqueueValues(this.tenantId, jobId, ids) });
        lastId = ids.at(-1) ?? lastId;
      }
      await client.query(`SELECT pg_notify('carillon_dispatch', '')`);
      beforeCommit();
      await client.query('COMMIT');
      return lastId;
    } finally {
      client.release();
    }
  }

  /** Makes executions of a job through the API, 5,000 in a request, `callers` requests at a time. */
  async makeRuns(jobId: string, count: number, callers: number): Promise<void> {
    const sizes: number[] = [];
    for (let left = count; left > 0; left -= RUNS_PER_REQUEST) sizes.push(Math.min(RUNS_PER_REQUEST, left));
    const caller = async (): Promise<void> => {
      for (let size = sizes.pop(); size !== undefined; size = sizes.pop())
        await this.request('POST', `jobs/${jobId}/runs`, { count: size });
    };
    await Promise.all(Array.from({ length: callers }, caller));
  }

  /** Makes executions of a job known to an idle worker; milliseconds from their commit until all ends are recorded. */
  async timeRuns(jobId: string, count: number): Promise<number> {
    const before = await this.succeeded(jobId);
    const lastId = await this.enqueue(jobId, count);
    const beganMs = performance.now();
    // The last one first: as long as that is waiting, looking for any other would only take time from the server.
    await untilTrue('the last run is recorded', () => this.hasEnded(lastId), 10, RUNS_DEADLINE_MS);
    await untilTrue('all runs are recorded', () => this.isIdle(), 10, RUNS_DEADLINE_MS);
    const ms = performance.now() - beganMs;
    const ended = (await this.succeeded(jobId)) - before;
    if (ended !== count) throw new Error(`${count} runs were wanted and ${ended} succeeded.`);
    return ms;
  }

  /** True when no execution is unfinished. */
  async isIdle(): Promise<boolean> {
    return (await this.rows('SELECT 1 FROM live_runs LIMIT 1')).length === 0;
  }

  private async hasEnded(id: string): Promise<boolean> {
    return (await this.rows('SELECT 1 FROM executions WHERE id = $1 AND state IS NOT NULL', [id])).length > 0;
  }

  private async succeeded(jobId: string): Promise<number> {
    const sql = `SELECT count(*)::int AS n FROM executions WHERE job_id = $1 AND state = 'succeeded'`;
    return (await this.rows<{ n: number }>(sql, [jobId]))[0]?.n ?? NaN;
  }
}

function enqueueValues(tenantId: string, jobId: string, ids: readonly string[]): unknown[] {
  const all = (value: unknown): unknown[] => ids.map(() => value);
  const nothing = all(null);
  const jobs = [ids, all(jobId), all('manual'), nothing, nothing, nothing, nothing, nothing, all('bench')];
  return [tenantId, ...jobs, nothing, all(false), nothing, all(false)];
}
