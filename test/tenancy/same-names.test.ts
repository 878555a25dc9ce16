import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNativeApp, type Answer, type NativeApp } from '../http/native-app.js';

let native: NativeApp;
beforeAll(async () => {
  native = await startNativeApp();
  await native.sql(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'left'), (gen_random_uuid(), 'right')`);
});
afterAll(() => native.close());

const TENANTS = ['left', 'right'] as const;
const inBoth = (method: string, path: string, options: { body?: unknown; headers?: Record<string, string> } = {}) =>
  Promise.all(
    TENANTS.map((tenant) =>
      native.call(method, `/api/v2${path}`, { ...options, headers: { ...options.headers, tenant } }),
    ),
  );
const idsOf = (answers: Answer[]): string[] => answers.map(({ body }) => String(body['id']));

it('two tenants with a job of the same name, tag and idempotency key do not notice each other', async () => {
  const body = {
    name: 'nightly',
    jobClass: 'noop',
    tags: ['same'],
    overlapPolicy: 'skip',
    triggers: [{ kind: 'interval', everySeconds: 60 }],
  };
  const headers = { 'idempotency-key': 'the-same-key' };
  const made = await inBoth('POST', '/jobs', { body, headers });
  expect(made.map(({ status }) => status)).toEqual([201, 201]);
  const repeated = await inBoth('POST', '/jobs', { body, headers });
  expect(repeated.map((answer) => answer.headers.get('idempotency-replayed'))).toEqual(['true', 'true']);
  expect(idsOf(repeated)).toEqual(idsOf(made));
  expect(new Set(idsOf(made)).size).toBe(2);

  const [leftJob] = idsOf(made);
  await native.call('PATCH', `/api/v2/jobs/${leftJob ?? ''}`, {
    body: { description: 'changed' },
    headers: { tenant: 'left' },
  });
  const jobs = await inBoth('GET', '/jobs?tag=same');
  expect(
    jobs.map(({ body: page }) => (page['items'] as { description: string }[]).map((job) => job.description)),
  ).toEqual([['changed'], ['']]);

  const tags = await inBoth('GET', '/tags');
  const [leftTag, rightTag] = tags.map(({ body: page }) => page['items'] as { id: string; name: string }[]);
  expect([leftTag?.map(({ name }) => name), rightTag?.map(({ name }) => name)]).toEqual([['same'], ['same']]);
  expect(
    (await native.call('DELETE', `/api/v2/tags/${leftTag?.[0]?.id ?? ''}`, { headers: { tenant: 'left' } })).status,
  ).toBe(204);
  expect(
    (await native.call('GET', `/api/v2/tags/${rightTag?.[0]?.id ?? ''}`, { headers: { tenant: 'right' } })).status,
  ).toBe(200);
});

it('the database itself refuses a reference into another tenant', async () => {
  const [left] = await native.sql<{ id: string }>(`SELECT id FROM tenants WHERE name = 'left'`);
  const [job] = await native.sql<{ id: string }>(
    `SELECT j.id FROM jobs j JOIN tenants t ON t.id = j.tenant_id WHERE t.name = 'right'`,
  );
  const smuggle = native.sql(
    `INSERT INTO triggers (id, tenant_id, job_id, kind, spec, created_by) VALUES (gen_random_uuid(), $1, $2, 'interval', '{}', 'test')`,
    [left?.id, job?.id],
  );
  await expect(smuggle).rejects.toMatchObject({ code: '23503' });
});
