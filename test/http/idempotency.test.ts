import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { startNativeApp, type Answer, type NativeApp } from './native-app.js';

let native: NativeApp;
beforeAll(async () => (native = await startNativeApp()));
afterAll(() => native.close());

const post = (key: string, body: unknown, path = '/api/v2/tags'): Promise<Answer> =>
  native.call('POST', path, { body, headers: { 'idempotency-key': key } });
const countOf = async (name: string): Promise<number> =>
  (await native.sql('SELECT 1 FROM tags WHERE name = $1', [name])).length;

describe('Idempotency-Key', () => {
  it('answers a repeat with the first answer, byte by byte', async () => {
    const first = await post('k-1', { name: 'one', description: 'd' });
    const again = await post('k-1', { description: 'd', name: 'one' });
    expect(first).toMatchObject({ status: 201, body: { name: 'one' } });
    expect(again).toMatchObject({ status: 201, text: first.text });
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')]).toEqual([
      null,
      'true',
    ]);
    expect(await countOf('one')).toBe(1);
  });

  it('refuses the key for another body', async () => {
    await post('k-2', { name: 'two' });
    expect(await post('k-2', { name: 'zwei' })).toMatchObject({ status: 422, body: { code: 'idempotency_mismatch' } });
    expect(await countOf('zwei')).toBe(0);
  });

  it('is a key of its tenant alone', async () => {
    await native.sql(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'other')`);
    await post('k-3', { name: 'three' });
    const other = await native.call('POST', '/api/v2/tags', {
      body: { name: 'drei' },
      headers: { 'idempotency-key': 'k-3', tenant: 'other' },
    });
    expect(other).toMatchObject({ status: 201, body: { name: 'drei' } });
  });

  it('is free again after a request that failed', async () => {
    await post('k-4', { name: 'four' });
    expect(await post('k-5', { name: 'four' })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    await native.sql(`DELETE FROM tags WHERE name = 'four'`);
    expect(await post('k-5', { name: 'four' })).toMatchObject({ status: 201 });
  });

  it('lets exactly one of 20 equal requests at once run', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('race', { name: 'raced' })));
    const ran = answers.filter((answer) => answer.status === 201 && !answer.headers.has('idempotency-replayed'));
    const replayed = answers.filter((answer) => answer.headers.has('idempotency-replayed'));
    const told = answers.filter((answer) => answer.body.code === 'idempotency_in_progress');
    expect(ran).toHaveLength(1);
    expect(replayed.length + told.length).toBe(19);
    for (const answer of replayed) expect(answer.text).toBe(ran[0]?.text);
    for (const answer of told) expect(answer.status).toBe(409);
    expect(await countOf('raced')).toBe(1);
    expect(await native.sql(`SELECT 1 FROM audit_log WHERE subject_name = 'raced'`)).toHaveLength(1);
  });

  it('lets exactly one of 20 equal requests take over a crashed one', async () => {
    await leaveUnanswered('crashed', 61);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('crashed', { name: 'taken-over' })));
    expect(
      answers.filter((answer) => answer.status === 201 && !answer.headers.has('idempotency-replayed')),
    ).toHaveLength(1);
    expect(await countOf('taken-over')).toBe(1);
  });

  it('is not taken over before 60 s', async () => {
    await leaveUnanswered('running', 58);
    expect((await post('running', { name: 'not-yet' })).status).toBe(422);
    await native.sql(
      `UPDATE idempotency_keys SET operation = 'POST /api/v2/tags', fingerprint = (SELECT fingerprint FROM idempotency_keys WHERE key = 'race') WHERE key = 'running'`,
    );
    expect(await post('running', { name: 'raced' })).toMatchObject({
      status: 409,
      body: { code: 'idempotency_in_progress' },
    });
  });

  it('is forgotten after 24 hours, and old keys are deleted in passing', async () => {
    const fresh = await startNativeApp();
    try {
      const send = (key: string, name: string) =>
        fresh.call('POST', '/api/v2/tags', { body: { name }, headers: { 'idempotency-key': key } });
      await fresh.sql(
        `INSERT INTO idempotency_keys (tenant_id, key, operation, fingerprint, status, created_at)
         SELECT id, 'old-' || n, 'x', 'y', 201, now() - interval '25 hours' FROM tenants, generate_series(1, 600) n`,
      );
      expect(await send('old-600', 'renewed')).toMatchObject({ status: 201, body: { name: 'renewed' } });
      expect(await send('trigger-second-batch', 'second')).toMatchObject({ status: 201 });
      await until('all old keys are deleted', async () => {
        await send(`poke-${performance.now()}`, `poke ${performance.now()}`);
        return (
          (await fresh.sql(`SELECT 1 FROM idempotency_keys WHERE created_at < now() - interval '24 hours'`)).length ===
          0
        );
      });
    } finally {
      await fresh.close();
    }
  });

  it.each(['', 'a b', 'ä', 'x'.repeat(256)])('must be 1 to 255 visible ASCII characters, not %j', async (key) => {
    expect(await post(Buffer.from(key).toString('latin1'), { name: 'never' })).toMatchObject({
      status: 400,
      body: { errors: [expect.objectContaining({ field: 'Idempotency-Key' })] },
    });
  });
});

/** A key whose request has not been answered for `ageSeconds`. */
async function leaveUnanswered(key: string, ageSeconds: number): Promise<void> {
  await native.sql(
    `INSERT INTO idempotency_keys (tenant_id, key, operation, fingerprint, created_at)
     SELECT id, $1, 'POST /api/v2/tags', 'whatever', now() - $2 * interval '1 second' FROM tenants WHERE name = 'default_tenant'`,
    [key, ageSeconds],
  );
}
