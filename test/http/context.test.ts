import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from './native-app.js';

let native: NativeApp;
beforeAll(async () => {
  native = await startNativeApp({ env: { DATABASE_POOL_SIZE: '4' } });
  await native.sql(
    `INSERT INTO tenants (id, name) SELECT gen_random_uuid(), 'tenant-' || n FROM generate_series(0, 4) n`,
  );
});
afterAll(() => native.close());

describe('the context of a request', () => {
  it('never gets mixed up among 300 at once on 4 connections', async () => {
    const wanted = Array.from({ length: 300 }, (_, i) => ({
      tenant: `tenant-${i % 5}`,
      requestId: `request-${i}`,
      name: `tag ${i}`,
    }));
    const answers = await Promise.all(
      wanted.map(({ tenant, requestId, name }) =>
        native.call('POST', '/api/v2/tags', { body: { name }, headers: { tenant, 'x-request-id': requestId } }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(wanted.map(() => 201));
    const written = await native.sql<{ name: string; tenant: string; requestId: string; actor: string }>(
      `SELECT a.subject_name AS name, t.name AS tenant, a.request_id AS "requestId", a.actor
       FROM audit_log a JOIN tenants t ON t.id = a.tenant_id JOIN tags g ON g.id::text = a.subject_id AND g.tenant_id = a.tenant_id`,
    );
    expect(written).toHaveLength(300);
    expect(new Set(written.map((row) => JSON.stringify([row.tenant, row.requestId, row.name, row.actor])))).toEqual(
      new Set(wanted.map((row) => JSON.stringify([row.tenant, row.requestId, row.name, 'anonymous']))),
    );
  });
});

describe('the tenant of a request', () => {
  it('is the default one without the header', async () => {
    await native.call('POST', '/api/v2/tags', { body: { name: 'at home' } });
    const listed = await native.call('GET', '/api/v2/tags?q=home', { headers: { tenant: 'default_tenant' } });
    expect(listed.body.items).toEqual([expect.objectContaining({ name: 'at home' })]);
  });

  it('hides the things of others, whichever way they are asked for', async () => {
    const { body } = await native.call('POST', '/api/v2/tags', {
      body: { name: 'mine' },
      headers: { tenant: 'tenant-1' },
    });
    const path = `/api/v2/tags/${String(body.id)}`;
    for (const method of ['GET', 'DELETE'])
      expect((await native.call(method, path)).body).toMatchObject({ status: 404, code: 'not_found' });
    expect((await native.call('PATCH', path, { body: { name: 'yours' } })).status).toBe(404);
    expect((await native.call('GET', path, { headers: { tenant: 'tenant-1' } })).status).toBe(200);
  });

  it('is refused in the same words, whether it is unknown, misspelt, empty or no name at all', async () => {
    const bodies = await Promise.all(
      ['nobody', 'Tenant-1', '', 'a b', '../x', 'x'.repeat(500), '%00'].map(async (tenant) => {
        const { status, body } = await native.call('GET', '/api/v2/tags', { headers: { tenant } });
        const { requestId: _requestId, ...rest } = body;
        return JSON.stringify({ status, rest });
      }),
    );
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ status: 403, rest: { code: 'forbidden' } });
  });

  it('is not asked for by health', async () => {
    expect((await native.call('GET', '/api/v2/health/ready', { headers: { tenant: 'nobody' } })).status).toBe(200);
  });
});
