import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SystemDatabase } from '../database/system-database.js';
import { Listener } from '../database/listener.js';
import { MIGRATIONS } from '../database/migrations/migrations.js';
import { measureClockSkewMs, WARN_SKEW_MS } from './clock-skew.js';

/** A part that must work for the server to be of use. */
export interface PartHealth {
  readonly status: 'up' | 'down';
  /** Why it is down; absent when it is up. */
  readonly detail?: string;
}

/** Whether this process can serve now, part by part. */
export interface ReadinessReport {
  readonly status: 'ready' | 'not_ready';
  readonly parts: Readonly<Record<'database' | 'listener' | 'migrations' | 'process', PartHealth>>;
}

/** A database that does not answer within this time counts as away. */
const PATIENCE_MS = 2_000;
const UP: PartHealth = { status: 'up' };

/** Knows whether the process can serve: the database answers, notifications arrive, the schema is current, and it is not leaving. */
@Injectable()
export class Readiness implements OnApplicationBootstrap {
  private readonly logger = new Logger('Readiness');
  private phase: 'starting' | 'serving' | 'draining' = 'starting';
  private schemaIsCurrent = false;

  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(Listener) private readonly listener: Listener,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const skewMs = await measureClockSkewMs(this.database);
    const text = `The clock of the database is ${Math.abs(skewMs)} ms ${skewMs < 0 ? 'behind' : 'ahead of'} this machine's`;
    if (Math.abs(skewMs) > WARN_SKEW_MS)
      this.logger.warn(`${text}; synchronise both (NTP), else timers are late by that much`);
    else this.logger.debug(text);
  }

  /** To be called when the port is open and all rooms have started. */
  startServing(): void {
    this.phase = 'serving';
  }

  /** From now on `report` says `not_ready`: load balancers shall send nothing more. */
  startDraining(): void {
    this.phase = 'draining';
  }

  /** Asks every part. Takes at most 2 s and never throws. */
  async report(): Promise<ReadinessReport> {
    const { database, migrations } = await this.askDatabase();
    const parts = {
      database,
      listener: this.listener.isConnected
        ? UP
        : { status: 'down', detail: 'The notification connection is lost; it reconnects by itself.' },
      migrations,
      process: this.phase === 'serving' ? UP : { status: 'down', detail: `The process is ${this.phase}.` },
    } as const satisfies ReadinessReport['parts'];
    const isReady = Object.values(parts).every((part) => part.status === 'up');
    return { status: isReady ? 'ready' : 'not_ready', parts };
  }

  private async askDatabase(): Promise<Pick<ReadinessReport['parts'], 'database' | 'migrations'>> {
    try {
      const missing = await withinPatience(this.missingMigrations());
      if (missing.length === 0) return { database: UP, migrations: UP };
      return { database: UP, migrations: { status: 'down', detail: `Not run yet: ${missing.join(', ')}.` } };
    } catch (error) {
      this.logger.debug(`The database did not answer: ${String(error)}`);
      const down = { status: 'down', detail: 'The database does not answer.' } as const;
      return { database: down, migrations: this.schemaIsCurrent ? UP : down };
    }
  }

  /** The schema of a running server does not go back, so once it was current only the connection is tried. */
  private async missingMigrations(): Promise<string[]> {
    if (this.schemaIsCurrent) {
      await this.database.query('SELECT 1');
      return [];
    }
    const done = await this.database.query<{ name: string }>('SELECT name FROM migrations');
    const missing = MIGRATIONS.map((migration) => migration.name).filter(
      (name) => !done.some((row) => row.name === name),
    );
    this.schemaIsCurrent = missing.length === 0;
    return missing;
  }
}

async function withinPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
    // The loser of the race may still fail, after nobody waits for it any more.
    work.catch(() => undefined);
  }
}
