import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { createApp } from '../app.setup.js';
import { FirstAdministrator } from '../auth/first-administrator.service.js';
import type { Config } from '../config/config.js';
import {
  acquireEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedStart,
} from '../database/embedded/embedded-postgres.js';
import { DemoJob } from '../jobs/demo-job.service.js';
import { Listener } from '../database/listener.js';
import { migrate } from '../database/migrate.js';
import type { PinoLogger } from '../observability/pino-logger.js';
import { Readiness } from '../observability/readiness.service.js';
import { TenantsService } from '../tenancy/tenants.service.js';
import { EmbeddedWatch } from './embedded-watch.js';
import { closeHttp } from './http-close.js';
import { explainListenError, probePort } from './port-probe.js';

/** Beyond the grace time of running jobs: to kill what did not stop, record it, and close connections. */
const SHUTDOWN_MARGIN_MS = 20_000;

const STARTS: Readonly<Record<EmbeddedStart, string>> = {
  initialised: 'embedded PostgreSQL, new',
  started: 'embedded PostgreSQL',
  reattached: 'embedded PostgreSQL, found running',
};

/** A server from its first connection to its last. The embedded database, if it is used, outlives everything else. */
export class RunningServer {
  private embedded: EmbeddedPostgres | null = null;
  private watch: EmbeddedWatch | null = null;
  private app: NestFastifyApplication | null = null;
  private httpClosed: Promise<void> = Promise.resolve();
  /** For a person. */
  database = '';
  /** The password of the first administrator, if this start made it up. For the banner alone: it stands in no log. */
  madeUpPassword: string | null = null;

  constructor(
    private readonly config: Config,
    private readonly logger: PinoLogger,
    /** Called when this process can only be helped by a new start. */
    private readonly giveUp: (why: string) => void,
  ) {}

  /** Starts everything and returns the port. What was started before a failure is for `stop` to end. */
  async start(): Promise<number> {
    const { config, logger } = this;
    await probePort(config.host, config.port);
    const url = config.databaseUrl ?? (await this.startEmbedded());
    const directUrl = config.databaseDirectUrl ?? url;
    for (const name of await migrate(directUrl)) logger.log(`Migrated the database: ${name}`, 'Database');
    this.app = await createApp(config, { url, directUrl, poolSize: config.databasePoolSize }, { logger });
    // Nest drains the rooms, closes Fastify, then closes the database connections: requests under way must be answered before that.
    this.app
      .getHttpAdapter()
      .getInstance()
      .addHook('preClose', () => this.httpClosed);
    this.app.get(Listener).onLost(() => this.watch?.connectionLost());
    const { tenant, created } = await this.app.get(TenantsService).ensureDefault();
    if (config.isAuthOn && config.roles.has('api'))
      this.madeUpPassword = await this.app.get(FirstAdministrator).ensure(config.adminUsername, config.adminPassword);
    if (created && config.demo && config.roles.has('api')) await this.app.get(DemoJob).create(tenant);
    try {
      await this.app.listen({ port: config.port, host: config.host });
    } catch (error) {
      throw explainListenError(error, config.host, config.port);
    }
    this.app.get(Readiness).startServing();
    return (this.app.getHttpServer().address() as AddressInfo).port;
  }

  /**
   * Ends everything in order: not ready, no new connections, running jobs drain (the rooms' shutdown hooks), connections close,
   * the embedded database last. Returns false when something had to be left behind after the grace time and a margin.
   */
  async stop(): Promise<boolean> {
    const isClean = await this.stopApp();
    await this.releaseDatabase();
    return isClean;
  }

  /** Only the database: for the end after a fault, when nothing else can be trusted any more. */
  async releaseDatabase(): Promise<void> {
    await this.watch?.stop();
    await this.embedded?.release();
  }

  private async startEmbedded(): Promise<string> {
    const embedded = await acquireEmbeddedPostgres({
      dataDir: this.config.dataDir,
      log: (message) => this.logger.log(message, 'PostgreSQL'),
    });
    this.embedded = embedded;
    this.database = STARTS[embedded.started];
    this.watch = new EmbeddedWatch(embedded, this.logger, () =>
      this.giveUp('The embedded PostgreSQL had to move to another port. Start Carillon again.'),
    );
    return embedded.url;
  }

  private async stopApp(): Promise<boolean> {
    const { app } = this;
    if (app === null) return true;
    app.get(Readiness).startDraining();
    const server = app.getHttpServer();
    if (server.listening) this.httpClosed = closeHttp(server);
    const limitMs = this.config.shutdownGraceMs + SHUTDOWN_MARGIN_MS;
    const isClean = await settledWithin(app.close(), limitMs);
    if (!isClean)
      this.logger.error(`Not everything had ended after ${limitMs / 1000} s; leaving it behind.`, 'Shutdown');
    return isClean;
  }
}

async function settledWithin(work: Promise<void>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), limitMs)));
  try {
    return await Promise.race([work.then(() => true as const), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
