import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { DispatchPool } from '../database/dispatch-pool.js';
import { Listener } from '../database/listener.js';
import { DomainError } from '../kernel/domain-error.js';
import { messageOf } from '../kernel/message-of.js';
import { endedRuns } from './sql/ended-runs.js';

/** Safety net under the notifications: one statement for all runs that are waited for. */
const LOOK_EVERY_MS = 5_000;

/** The expected end of one run. */
export interface ExpectedEnd {
  /** Resolves at the end of the run, however it came. Rejects with `unavailable` when this process stops before. */
  readonly reached: Promise<void>;
  /** The run is stored. Before that an end could not be told from a run that does not exist yet. */
  isStored(): void;
  /** Nobody waits any more. */
  forget(): void;
}

interface Wait {
  isStored: boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Knows when runs end that somebody in this process waits for, whichever replica runs them. A wait costs an entry in a map: no
 * connection, no timer and no worker slot of its own.
 */
@Injectable()
export class RunEnds implements OnModuleDestroy {
  private readonly logger = new Logger('RunEnds');
  private readonly waits = new Map<string, Wait>();
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;

  constructor(
    @Inject(Listener) listener: Listener,
    @Inject(DispatchPool) private readonly pool: DispatchPool,
  ) {
    listener.on('ended', (id) => this.waits.get(id)?.resolve());
    // What was told while the connection was lost has to be found.
    listener.onConnect(() => this.look());
  }

  /** To be called before the run is made with `isAwaited`, so that no end can be missed. */
  expect(id: string): ExpectedEnd {
    const forget = (): void => this.forget(id);
    const reached = new Promise<void>((resolve, reject) => {
      this.waits.set(id, { isStored: false, resolve, reject });
    }).finally(forget);
    // A caller that has turned away does not hear of a shutdown.
    reached.catch(() => undefined);
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS).unref();
    const isStored = (): void => {
      const wait = this.waits.get(id);
      if (wait) wait.isStored = true;
    };
    return { reached, isStored, forget };
  }

  /** Runs that are waited for at the moment. */
  get size(): number {
    return this.waits.size;
  }

  /** Nest calls it before the worker drains: connections are cut soon, and an answer is better than none. */
  onModuleDestroy(): void {
    const message = 'The server stops. The run goes on; look for its end later.';
    for (const { reject } of this.waits.values()) reject(new DomainError('unavailable', message));
    this.stopLooking();
  }

  private forget(id: string): void {
    this.waits.delete(id);
    if (this.waits.size === 0) this.stopLooking();
  }

  private stopLooking(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  private look(): void {
    const ids = [...this.waits].filter(([, wait]) => wait.isStored).map(([id]) => id);
    if (ids.length === 0 || this.looking !== null) return;
    this.looking = this.pool
      .run<{ id: string }>(endedRuns, [ids])
      .then((rows) => rows.forEach(({ id }) => this.waits.get(id)?.resolve()))
      .catch((error: unknown) => this.logger.debug(`Looking for ends failed: ${messageOf(error)}`))
      .finally(() => (this.looking = null));
  }
}
