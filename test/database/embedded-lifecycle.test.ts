import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { preparedDataFolder, queryOnce, removeDataFolder, serverPid, startUser } from '../support/embedded-user.js';

describe('embedded PostgreSQL', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await preparedDataFolder();
  });
  afterEach(() => removeDataFolder(dataDir));

  it('is made at the first start and stopped at the end, and keeps data and port for the second start', async () => {
    await removeDataFolder(dataDir);
    const first = await startUser(dataDir);
    expect(first.started).toBe('initialised');
    expect(first.url).toMatch(/^postgres:\/\/carillon:[0-9a-f]{48}@127\.0\.0\.1:\d+\/carillon$/);
    await queryOnce(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.release();
    expect(await serverPid(dataDir)).toBeUndefined();
    const second = await startUser(dataDir);
    expect(second.started).toBe('started');
    expect(second.url).toBe(first.url);
    expect(await queryOnce(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await second.release();
    expect(await readdir(join(dataDir, 'postgres-users'))).toEqual([]);
  });

  it('is durable, in UTC and UTF-8, demands the password and listens on loopback only', async () => {
    const user = await startUser(dataDir);
    const settings = await queryOnce<{ name: string; setting: string }>(
      user.url,
      'SELECT name, setting FROM pg_settings',
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toMatchObject({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      max_connections: '200',
      autovacuum_naptime: '5',
      jit: 'off',
      TimeZone: 'UTC',
      server_encoding: 'UTF8',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      shared_buffers: '2048', // the 16 MB that the program asks for in `settings`, in pages
    });
    expect(await queryOnce(user.url, `SELECT upper('é') AS upper`)).toEqual([{ upper: 'É' }]);
    await expect(queryOnce(user.url.replace(/:[0-9a-f]{48}@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(
      /password authentication failed/,
    );
    await user.release();
  });

  it('takes another port when its own is taken by another program', async () => {
    const first = await startUser(dataDir);
    await first.release();
    const squatter = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
    await once(squatter, 'listening');
    const second = await startUser(dataDir);
    expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
    expect(second.log()).toContain(`Port ${new URL(first.url).port} of the database is taken`);
    expect(await queryOnce(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.release();
    squatter.close();
    await once(squatter, 'close');
  });

  it('outlives a Ctrl-C in the terminal, which reaches the whole process group', async () => {
    const user = await startUser(dataDir);
    process.kill(-user.pid, 'SIGINT');
    await user.ensure(); // an answer shows that the signal has arrived
    expect(await queryOnce(user.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await user.release();
  });
});
