import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DispatchPool } from '../../src/database/dispatch-pool.js';
import { statement } from '../../src/database/statement.js';
import { throughSystemDoor } from '../../src/database/system-door.js';
import { openTenantPool, tenantPoolOptions } from '../../src/database/tenant-pool.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const MINUTE_MS = 60_000;
const PID = 'SELECT pg_backend_pid() AS pid';
const ownPid = statement('own_pid', PID);

describe('after a minute in which nobody asks', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Pids of those who answered `count` questions at once. */
  async function pidsOf(count: number, ask: () => Promise<{ pid: number }[]>): Promise<Set<number>> {
    const answers = await Promise.all(Array.from({ length: count }, ask));
    return new Set(answers.flatMap((rows) => rows.map(({ pid }) => pid)));
  }

  async function kept(ask: () => Promise<{ pid: number }[]>): Promise<number> {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const before = await pidsOf(4, ask);
    expect(before.size).toBe(4);
    vi.advanceTimersByTime(MINUTE_MS);
    vi.useRealTimers();
    const after = await pidsOf(4, ask);
    return [...after].filter((pid) => before.has(pid)).length;
  }

  it('the worker still has two of its connections, with what they have prepared', async () => {
    const pool = new DispatchPool(database.url, 4);
    try {
      expect(await kept(() => pool.run<{ pid: number }>(ownPid, []))).toBe(2);
    } finally {
      await pool.close();
    }
  });

  it('requests still have two of theirs', async () => {
    const source = await openTenantPool(tenantPoolOptions(database.url, 4, []));
    try {
      expect(await kept(() => throughSystemDoor(() => source.query<{ pid: number }[]>(PID)))).toBe(2);
    } finally {
      await source.destroy();
    }
  });
});
