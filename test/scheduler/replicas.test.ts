// Two processes as their users start them on one data folder. Several on one database: test/proofs/replicas.
import { describe, expect, it } from 'vitest';
import { call } from '../proofs/api-call.js';
import { startServer } from '../support/server-process.js';
import { until } from '../support/until.js';

describe('two processes on one data folder', () => {
  it('share one database as two replicas', async () => {
    const first = await startServer({ env: { LOG_LEVEL: 'warn' } });
    const second = await startServer({ env: { LOG_LEVEL: 'warn', DATA_DIR: first.dataDir } });
    const job = await call(first.url, 'POST', '/jobs', {
      name: 'j',
      jobClass: 'noop',
      triggers: [{ kind: 'interval', everySeconds: 1, maxRuns: 3 }],
    });
    const jobId = String(job['id']);
    const done = await until('three runs have ended', async () => {
      const { items } = (await call(second.url, 'GET', `/executions?jobId=${jobId}&state=succeeded`)) as {
        items: { scheduledFor: string }[];
      };
      return items.length >= 3 ? items : null;
    });
    expect(new Set(done.map((item) => item.scheduledFor)).size).toBe(3);
    await first.kill9();
    expect(await call(second.url, 'POST', `/jobs/${jobId}/run`)).toMatchObject({ state: 'pending' });
    expect(await second.stop()).toEqual({ code: 0, signal: null });
  }, 60_000);
});
