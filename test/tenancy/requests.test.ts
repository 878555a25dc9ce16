import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { from, type Observable } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Database, queryTx } from '../../src/database/database.js';
import { startNativeApp, type NativeApp } from '../http/native-app.js';

const TENANTS = ['one', 'two', 'three', 'four'];
const REQUESTS = 1_200;
const FORGETFUL = `SELECT t.name FROM tags t`;

/** In the place of what the handlers do, statements that forget their tenant: every second request in a transaction. */
class ForgetfulInterceptor implements NestInterceptor {
  private calls = 0;

  constructor(private readonly database: Database) {}

  intercept(_context: ExecutionContext, _next: CallHandler): Observable<unknown> {
    const isInTransaction = this.calls++ % 2 === 0;
    return from(
      isInTransaction
        ? this.database.transaction(async (tx) => [
            ...(await queryTx(tx, FORGETFUL)),
            ...(await queryTx(tx, FORGETFUL)),
          ])
        : this.database.query(FORGETFUL),
    );
  }
}

let native: NativeApp;
beforeAll(async () => {
  native = await startNativeApp({
    env: { DATABASE_POOL_SIZE: '8' },
    prepare: (app) => app.useGlobalInterceptors(new ForgetfulInterceptor(app.get(Database))),
  });
  await native.sql(
    `WITH t AS (INSERT INTO tenants (id, name) SELECT gen_random_uuid(), unnest($1::text[]) RETURNING id, name)
     INSERT INTO tags (id, tenant_id, name) SELECT gen_random_uuid(), id, name FROM t`,
    [TENANTS],
  );
});
afterAll(() => native.close());

it(`${REQUESTS} requests at once get only rows of their tenant, though no statement names it`, async () => {
  const wanted = Array.from({ length: REQUESTS }, (_, i) => TENANTS[i % TENANTS.length]!);
  const answers = await Promise.all(
    wanted.map((tenant) => native.call('GET', '/api/v2/tags', { headers: { tenant } })),
  );
  const wrong = answers.flatMap(({ status, text }, i) => {
    const names = status === 200 ? (JSON.parse(text) as { name: string }[]).map(({ name }) => name) : [text];
    return names.length > 0 && names.every((name) => name === wanted[i]) ? [] : [{ wanted: wanted[i], names }];
  });
  expect(wrong).toEqual([]);
}, 60_000);
