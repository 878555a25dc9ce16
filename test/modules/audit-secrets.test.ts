import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../http/native-app.js';

const lines: string[] = [];
const keep = (...parts: unknown[]): void => void lines.push(parts.map(String).join(' '));

let native: NativeApp;
beforeAll(async () => {
  const logger = { log: keep, error: keep, warn: keep, debug: keep, verbose: keep, fatal: keep };
  native = await startNativeApp({ logger });
});
afterAll(() => native.close());

describe('secrets in jobs', () => {
  const SECRET = 'h4rd-to-guess';
  const job = {
    name: 'with secrets',
    jobClass: 'http',
    args: [`https://bob:${SECRET}@example.org/`, 'POST'],
    parameters: {
      headers: { Authorization: `Bearer ${SECRET}`, 'X-Api-Key': SECRET, accept: 'text/plain' },
      body: { user: 'bob', password: SECRET },
    },
  };

  it('stay in the job, and appear neither in the audit log nor in the log', async () => {
    const { body: made } = await native.call('POST', '/api/v2/jobs', { body: job });
    expect(made).toMatchObject({ args: job.args, parameters: job.parameters });
    const path = `/api/v2/jobs/${String(made['id'])}`;
    const parameters = { ...job.parameters, headers: { ...job.parameters.headers, 'X-Api-Key': `new ${SECRET}` } };
    expect((await native.call('PATCH', path, { body: { parameters } })).status).toBe(200);
    expect((await native.call('POST', `${path}/run`, { body: { args: job.args, parameters } })).status).toBe(201);
    expect((await native.call('DELETE', path)).status).toBe(204);
    const entries = await native.sql<{ event: string; all: string; after: typeof job | null }>(
      `SELECT event, after, before::text || coalesce(after::text, '') AS "all" FROM audit_log ORDER BY id`,
    );
    expect(entries.map(({ event }) => event)).toEqual([
      'job.created',
      'job.updated',
      'execution.requested',
      'job.deleted',
    ]);
    expect(JSON.stringify(entries)).not.toContain(SECRET);
    expect(entries[0]?.after?.parameters).toEqual({
      headers: { Authorization: '[hidden]', 'X-Api-Key': '[hidden]', accept: 'text/plain' },
      body: { user: 'bob', password: '[hidden]' },
    });
    expect(entries[1]?.after?.parameters.headers['X-Api-Key']).toBe('[hidden]');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toContain(SECRET);
  });
});
