// A process's worth of scheduler or worker in this process, on the database of an engine.
import type { INestApplicationContext } from '@nestjs/common';
import { createApp } from '../../src/app.setup.js';
import { parseConfig } from '../../src/config/config.js';
import { installation } from '../../src/observability/installation.js';
import { Dispatcher } from '../../src/dispatch/dispatcher.service.js';
import type { Engine } from './engine.js';
import { temporaryFolder } from './run-folder.js';

/** A running replica. */
export interface RunningReplica {
  readonly app: INestApplicationContext;
  /** Ids of the runs that its worker holds. */
  held(): string[];
  /** Drains and ends it; again does nothing. */
  close(): Promise<void>;
}

/** Starts it with the roles and settings of `env`; by default a scheduler. */
export async function startReplica(
  engine: Engine,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningReplica> {
  const settings = { ROLES: 'scheduler', PORT: '0', DEMO: 'false', DATA_DIR: await temporaryFolder('replica'), ...env };
  const config = parseConfig({ ...settings, CHILD_ENV: 'PATH,TMPDIR' }, installation().root);
  const app = await createApp(config, { url: engine.url, directUrl: engine.url, poolSize: 2 });
  await app.init();
  let closed: Promise<void> | null = null;
  return { app, held: () => app.get(Dispatcher).heldIds, close: () => (closed ??= app.close()) };
}
