// Owns what all parts share: the PostgreSQL, the Redis, a database for each competitor, and everything that has to be ended.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { acquireEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import type { BenchOptions } from './options.js';

/** The surroundings of a run. */
export class Bench {
  private readonly closers: (() => Promise<void>)[] = [];
  private databases = 0;
  private adminUrl = '';
  private admin: pg.Pool | null = null;
  /** Temporary; gone at the end. */
  folder = '';
  /** One line about the database that was used. */
  database = '';
  redisUrl: string | null = null;
  /** One line about the Redis that was used. */
  redis: string | null = null;

  constructor(readonly options: BenchOptions) {}

  /** Starts what is not there yet. */
  async open(): Promise<void> {
    this.folder = await realpath(await mkdtemp(join(tmpdir(), 'carillon-bench-')));
    await chmod(this.folder, 0o755);
    this.atEnd(() => rm(this.folder, { recursive: true, force: true, maxRetries: 5 }));
    await this.openPostgres(process.env['DATABASE_URL']);
    await this.openRedis(process.env['REDIS_URL']);
  }

  /** To be done before what was registered earlier, when the run is over, whatever happened. */
  atEnd(close: () => Promise<void>): void {
    this.closers.push(close);
  }

  /** Ends everything, latest first. */
  async close(): Promise<void> {
    for (const close of this.closers.splice(0).reverse())
      await close().catch((error: unknown) => console.error(`Tidying up: ${String(error)}`));
  }

  /** URL of a new empty database, dropped at the end. */
  async newDatabase(name: string): Promise<string> {
    const database = `carillon_bench_${process.pid}_${++this.databases}_${name.replaceAll(/\W/g, '_')}`.toLowerCase();
    await this.sql(`CREATE DATABASE ${database}`);
    this.atEnd(() => this.sql(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`).then(() => undefined));
    const url = new URL(this.adminUrl);
    url.pathname = `/${database}`;
    return url.href;
  }

  /** Nobody starts with the dirty pages of the one before. */
  async checkpoint(): Promise<void> {
    await this.sql('CHECKPOINT');
  }

  /** What the database has done in its own databases since the last call, most expensive first; empty unless it was asked for. */
  async expensiveStatements(): Promise<string[]> {
    const { statements } = this.options;
    if (statements === 0) return [];
    await this.sql('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    const { rows } = await this.sql(
      `SELECT rpad(round(s.total_exec_time)::text, 8) || rpad(s.calls::text, 9) || rpad(round(s.mean_exec_time::numeric, 3)::text, 10)
              || rpad(s.rows::text, 9) || rpad(s.shared_blks_hit::text, 10) || rpad(s.wal_bytes::text, 11)
              || left(regexp_replace(s.query, '\\s+', ' ', 'g'), 120) AS line
         FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
        WHERE d.datname LIKE 'carillon_bench_%' ORDER BY s.total_exec_time DESC LIMIT ${statements}`,
    );
    await this.sql('SELECT pg_stat_statements_reset()');
    const head = 'ms      calls    mean ms   rows     blocks    WAL bytes  statement';
    return [head, ...rows.map(({ line }) => line ?? '')];
  }

  /** Whether a competitor of this name was asked for. */
  wants(who: string): boolean {
    const { only } = this.options;
    return only.length === 0 || only.some((word) => who.toLowerCase().includes(word.toLowerCase()));
  }

  private async sql(text: string): Promise<pg.QueryResult<Record<string, string>>> {
    if (this.admin === null) throw new Error('The database is not open.');
    return this.admin.query(text);
  }

  private async openPostgres(url: string | undefined): Promise<void> {
    if (url === undefined || url === '') {
      const preload = { shared_preload_libraries: 'pg_stat_statements' };
      const postgres = await acquireEmbeddedPostgres({
        dataDir: this.folder,
        log: () => undefined,
        settings: this.options.statements > 0 ? preload : {},
      });
      this.atEnd(() => postgres.release());
      this.adminUrl = postgres.url;
    } else this.adminUrl = url;
    this.admin = new pg.Pool({ connectionString: this.adminUrl, max: 1 });
    this.admin.on('error', () => undefined);
    this.atEnd(() => this.admin?.end() ?? Promise.resolve());
    const shown = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers'];
    const settings = new Map<string, string>();
    for (const name of shown) settings.set(name, (await this.sql(`SHOW ${name}`)).rows[0]?.[name] ?? '?');
    for (const name of ['fsync', 'synchronous_commit'])
      if (settings.get(name) !== 'on')
        throw new Error(`The database has ${name} ${settings.get(name) ?? '?'}, not on.`);
    const kind = url ? 'PostgreSQL of DATABASE_URL' : 'Embedded PostgreSQL';
    this.database = `${kind}: ${[...settings].map(([name, value]) => `${name} ${value}`).join(', ')}`;
  }

  private async openRedis(url: string | undefined): Promise<void> {
    if (url !== undefined && url !== '') {
      this.redisUrl = url;
      this.redis = 'Redis of REDIS_URL';
      return;
    }
    let version: string;
    try {
      version = execFileSync('redis-server', ['--version'], { encoding: 'utf8' });
    } catch {
      return;
    }
    const port = await freePort();
    // Nothing is written to disk: its fastest, and less durable than PostgreSQL beside it.
    const args = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      this.folder,
    ];
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    this.atEnd(async () => {
      child.kill('SIGTERM');
      await ended;
    });
    for await (const chunk of child.stdout) if (String(chunk).includes('Ready to accept connections')) break;
    this.redisUrl = `redis://127.0.0.1:${port}`;
    this.redis = `Redis ${/v=([\d.]+)/.exec(version)?.[1] ?? ''} without persistence`;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
