import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { inspectProcess } from '../../src/database/embedded/process-identity.js';
import {
  draftsIn,
  preparedDataFolder,
  queryOnce,
  removeDataFolder,
  serverPid,
  spawnUser,
  startUser,
} from '../support/embedded-user.js';
import { until } from '../support/until.js';

describe('embedded PostgreSQL after a crash', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await preparedDataFolder();
  });
  afterEach(() => removeDataFolder(dataDir));

  async function killServer(): Promise<void> {
    const pid = await serverPid(dataDir);
    if (pid === undefined) throw new Error('no server runs');
    process.kill(pid, 'SIGKILL');
    await until('the server is dead', async () => (await inspectProcess(pid)) === undefined);
  }

  it('is reattached to when its only user was killed, and stopped by the next', async () => {
    const killed = await startUser(dataDir);
    const pid = await serverPid(dataDir);
    await killed.kill9();
    const next = await startUser(dataDir);
    expect(next.started).toBe('reattached');
    expect(next.url).toBe(killed.url);
    expect(await serverPid(dataDir)).toBe(pid);
    await next.release();
    expect(await serverPid(dataDir)).toBeUndefined();
  });

  it('is brought back on the same port, once, by all its users together when it alone was killed', async () => {
    const users = await Promise.all([startUser(dataDir), startUser(dataDir), startUser(dataDir)] as const);
    const url = users[0].url;
    await queryOnce(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await killServer();
    expect(await Promise.all(users.map((user) => user.ensure()))).toEqual([url, url, url]);
    expect(await queryOnce(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await Promise.all(users.map((user) => user.release()));
    expect(await serverPid(dataDir)).toBeUndefined();
  });

  it('comes back although a busy session outlived the killed server', async () => {
    const user = await startUser(dataDir);
    const busy = new pg.Client({ connectionString: user.url });
    busy.on('error', () => undefined);
    await busy.connect();
    const [{ pid }] = (await busy.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows as [{ pid: number }];
    const query = busy.query('SELECT count(*) FROM generate_series(1, 100000000000)').catch(() => undefined);
    await until('it is busy', async () => {
      const [row] = await queryOnce<{ state: string }>(
        user.url,
        `SELECT state FROM pg_stat_activity WHERE pid = ${pid}`,
      );
      return row?.state === 'active';
    });
    await killServer();
    expect(await inspectProcess(pid)).toBeDefined();
    expect(await user.ensure()).toBe(user.url);
    expect(await inspectProcess(pid)).toBeUndefined();
    await query;
    await busy.end().catch(() => undefined);
    await user.release();
  });

  it('loses no acknowledged row when everything is killed', async () => {
    const user = await startUser(dataDir);
    await queryOnce(user.url, 'CREATE TABLE ledger (n int PRIMARY KEY)');
    const writer = new pg.Client({ connectionString: user.url });
    writer.on('error', () => undefined);
    await writer.connect();
    let acknowledged = 0;
    const writing = (async () => {
      for (;;) {
        await writer.query('INSERT INTO ledger VALUES ($1)', [acknowledged + 1]);
        acknowledged += 1;
      }
    })().catch(() => undefined);
    await until('some rows are written', () => acknowledged > 50);
    await Promise.all([user.kill9(), killServer()]);
    await writing;
    await writer.end().catch(() => undefined);
    const next = await startUser(dataDir);
    expect(next.started).toBe('started');
    const [{ count }] = (await queryOnce<{ count: number }>(next.url, 'SELECT count(*)::int AS count FROM ledger')) as [
      { count: number },
    ];
    expect(count).toBeGreaterThanOrEqual(acknowledged);
    await next.release();
  });

  it.each([
    [
      'names a living process that is not the server',
      () => `${process.pid}\n/elsewhere\n1700000000\n5432\n\n127.0.0.1\n 0 0\nready   \n`,
    ],
    ['is empty, as after a power cut', () => ''],
  ])('starts although the left-over postmaster.pid %s', async (_case, content) => {
    const first = await startUser(dataDir);
    await Promise.all([first.kill9(), killServer()]);
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), content());
    const second = await startUser(dataDir);
    expect(second.started).toBe('started');
    await second.release();
  });

  it('starts from nothing again when its maker was killed half-way', async () => {
    await removeDataFolder(dataDir);
    const { child } = await spawnUser(dataDir);
    const ended = once(child, 'exit');
    await until('initdb is at work', async () => {
      const [draft] = await draftsIn(dataDir);
      return draft !== undefined && (await readdir(join(dataDir, draft))).includes('PG_VERSION');
    });
    child.kill('SIGKILL');
    await ended;
    const next = await startUser(dataDir);
    expect(next.started).toBe('initialised');
    expect(await draftsIn(dataDir)).toEqual([]);
    await next.release();
  });
});
