import type { LoggerService } from '@nestjs/common';
import type { EmbeddedPostgres } from '../database/embedded/embedded-postgres.js';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Brings the embedded PostgreSQL back when it died while the server lives. Pools reconnect by themselves as long as it comes
 * back on its port; if it cannot, `moved` is called, because this process has to be started again.
 */
export class EmbeddedWatch {
  private working: Promise<void> | null = null;
  private pause: { wake: () => void } | null = null;
  private stopped = false;
  private readonly url: string;

  constructor(
    private readonly postgres: EmbeddedPostgres,
    private readonly logger: LoggerService,
    private readonly moved: () => void,
  ) {
    this.url = postgres.url;
  }

  /** To be called whenever a connection was lost. Does nothing while it is at work already. */
  connectionLost(): void {
    if (!this.stopped) this.working ??= this.recover().finally(() => (this.working = null));
  }

  /** Waits for what is under way; afterwards nothing is started again. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.pause?.wake();
    await this.working;
  }

  private async recover(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !this.stopped; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        const url = await this.postgres.ensureRunning();
        if (url !== this.url) this.moved();
        return;
      } catch (error) {
        this.logger.warn(
          `The embedded PostgreSQL is away and could not be started: ${(error as Error).message}`,
          'PostgreSQL',
        );
      }
      await this.wait(pauseMs);
    }
  }

  private wait(pauseMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      this.pause = {
        wake: () => {
          clearTimeout(timer);
          resolve();
        },
      };
    });
  }
}
