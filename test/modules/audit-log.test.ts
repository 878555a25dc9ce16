import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditLog } from '../../src/audit-log/audit-log.service.js';
import { SystemDatabase } from '../../src/database/system-database.js';
import { newId } from '../../src/kernel/ids.js';
import { TenantsService } from '../../src/tenancy/tenants.service.js';
import { startNativeApp, type NativeApp } from '../http/native-app.js';

let native: NativeApp;
let tenantId: string;
const jobId = newId();

beforeAll(async () => {
  native = await startNativeApp();
  tenantId = (await native.app.get(TenantsService).ensureDefault()).tenant.id;
  // Five entries in each of ten milliseconds: paging must not depend on whole milliseconds.
  await native.sql(
    `INSERT INTO audit_log (tenant_id, at, event, actor, job_id, subject_type, subject_id)
     SELECT $1, '2026-01-01T00:00:00Z'::timestamptz + (n / 5) * interval '1 millisecond' + (n % 5) * interval '100 microseconds',
            CASE n % 2 WHEN 0 THEN 'job.created' ELSE 'trigger.deleted' END, CASE n % 3 WHEN 0 THEN 'ann' ELSE 'bob' END,
            CASE WHEN n % 10 = 0 THEN $2::uuid END, 'job', n::text
     FROM generate_series(0, 49) n`,
    [tenantId, jobId],
  );
});
afterAll(() => native.close());

const subjects = async (query: string): Promise<number[]> => {
  const { status, body } = await native.call('GET', `/api/v2/audit-log?limit=200&${query}`);
  expect(status).toBe(200);
  return (body.items as { subject: { id: string } }[]).map((item) => Number(item.subject.id));
};
const numbers = (keep: (n: number) => boolean): number[] => Array.from({ length: 50 }, (_, i) => 49 - i).filter(keep);

describe('the audit log API', () => {
  it('lists newest first', async () => {
    expect(await subjects('')).toEqual(numbers(() => true));
  });

  it.each<[string, (n: number) => boolean]>([
    ['event=job.created', (n) => n % 2 === 0],
    ['event=trigger.*', (n) => n % 2 === 1],
    ['event=trig.*', () => false],
    ['actor=ann', (n) => n % 3 === 0],
    ['actor=ann&event=job.created', (n) => n % 6 === 0],
    [`jobId=${jobId}`, (n) => n % 10 === 0],
    [`jobId=${jobId.replaceAll('-', '')}`, (n) => n % 10 === 0],
    ['from=2026-01-01T00:00:00.005Z', (n) => n >= 25],
    ['to=2026-01-01T00:00:00.005Z', (n) => n < 25],
    ['from=2026-01-01T01:00:00.002%2B01:00&to=2026-01-01T00:00:00.003Z', (n) => n >= 10 && n < 15],
  ])('filters by %s', async (query, keep) => {
    expect(await subjects(query)).toEqual(numbers(keep));
  });

  it('pages without missing or repeating entries of one millisecond', async () => {
    const seen: number[] = [];
    let cursor = '';
    for (;;) {
      const { body } = await native.call('GET', `/api/v2/audit-log?limit=3${cursor}`);
      seen.push(...(body.items as { subject: { id: string } }[]).map((item) => Number(item.subject.id)));
      if (typeof body.nextCursor !== 'string') break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual(numbers(() => true));
  });

  it.each([
    ['event=JobCreated', '?event'],
    ['event=job.created%27%20OR%201=1', '?event'],
    ['from=yesterday', '?from'],
    ['to=2026-02-30T00:00:00Z', '?to'],
    ['jobId=7', '?jobId'],
    ['actor=a&actor=b', '?actor'],
  ])('refuses %s', async (query, field) => {
    expect((await native.call('GET', `/api/v2/audit-log?${query}`)).body).toMatchObject({
      code: 'invalid_input',
      errors: [{ field }],
    });
  });

  it('shows nothing of other tenants', async () => {
    await native.sql(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'other')`);
    expect((await native.call('GET', '/api/v2/audit-log', { headers: { tenant: 'other' } })).body).toEqual({
      items: [],
      nextCursor: null,
    });
  });
});

describe('AuditLog', () => {
  it('leaves no entry behind when the change is rolled back', async () => {
    const audit = native.app.get(AuditLog);
    const failing = native.app.get(SystemDatabase).transaction(async (tx) => {
      await audit.recordTx(tx, {
        event: 'job.created',
        subject: { type: 'job', id: 'rolled-back' },
        after: {},
        tenantId,
      });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await native.sql(`SELECT 1 FROM audit_log WHERE subject_id = 'rolled-back'`)).toEqual([]);
  });

  it('names the system as actor outside of a request, and needs a tenant there', async () => {
    const audit = native.app.get(AuditLog);
    const database = native.app.get(SystemDatabase);
    await database.transaction((tx) =>
      audit.recordTx(tx, { event: 'agent.lost', subject: { type: 'agent', id: 'by-system' }, tenantId }),
    );
    expect(
      await native.sql(`SELECT actor, request_id, before, after FROM audit_log WHERE subject_id = 'by-system'`),
    ).toEqual([{ actor: 'system', request_id: null, before: null, after: null }]);
    await expect(
      database.transaction((tx) => audit.recordTx(tx, { event: 'agent.lost', subject: { type: 'agent', id: 'x' } })),
    ).rejects.toThrow('No tenant');
  });
});
