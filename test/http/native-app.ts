// The application as production makes it, on a database of its own, without scheduler and worker.
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LoggerService } from '@nestjs/common';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { createApp } from '../../src/app.setup.js';
import { parseConfig, type Config } from '../../src/config/config.js';
import { installation } from '../../src/observability/installation.js';
import { Readiness } from '../../src/observability/readiness.service.js';
import { TenantsService } from '../../src/tenancy/tenants.service.js';
import { createTestDatabase } from '../support/test-database.js';
import { call, type HttpAnswer, type HttpCall } from './http-call.js';

/** What `call` takes. */
export type CallOptions = HttpCall;
/** What `call` answers. */
export type Answer = HttpAnswer;

/** What may differ from an api process with defaults. */
export interface NativeAppOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Where the app finds the database, given its real URL: a proxy in between. */
  readonly through?: (url: string) => string;
  readonly logger?: LoggerService;
  /** Called before it listens. */
  readonly prepare?: (app: NestFastifyApplication) => void;
}

/** A listening application. */
export interface NativeApp {
  readonly app: NestFastifyApplication;
  readonly config: Config;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Rows of a statement, past the application. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startNativeApp({
  env = {},
  through = (url) => url,
  logger,
  prepare,
}: NativeAppOptions = {}): Promise<NativeApp> {
  const database = await createTestDatabase();
  const config = parseConfig({ ROLES: 'api', PORT: '0', DEMO: 'false', ...env }, installation().root);
  const url = through(database.url);
  const app = await createApp(
    config,
    { url, directUrl: url, poolSize: config.databasePoolSize },
    logger ? { logger } : {},
  );
  const sqlPool = new pg.Pool({ connectionString: database.url, max: 2 });
  await app.get(TenantsService).ensureDefault();
  prepare?.(app);
  await app.listen(0, '127.0.0.1');
  app.get(Readiness).startServing();
  const origin = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  return {
    app,
    config,
    url: origin,
    sql: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await sqlPool.query<Row>(text, values)).rows,
    call: (method, path, options) => call(origin, method, path, options),
    close: async () => {
      await app.close();
      await sqlPool.end();
      await database.drop();
    },
  };
}
