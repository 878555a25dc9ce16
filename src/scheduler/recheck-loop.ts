import { Injectable, Logger } from '@nestjs/common';
import { DueTriggers, type DueTrigger } from '../jobs/due-triggers.service.js';

/** Changes are gathered this long, so that a burst of edits is one read. */
const NOW_MS = 5;
/** After a lost race the winner gets this long to commit. */
const SOON_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const BATCH = 5_000;

/** Reads triggers again that changed or that somebody else fired. While the database is away it keeps them and tries again. */
@Injectable()
export class RecheckLoop {
  private readonly logger = new Logger('RecheckLoop');
  private readonly ids = new Set<string>();
  private readHandler: (ids: string[], found: DueTrigger[]) => void = () => undefined;
  private timer: NodeJS.Timeout | null = null;
  private dueAtMs = Infinity;
  private failures = 0;
  private stopped = false;

  constructor(private readonly triggers: DueTriggers) {}

  /** Called with the ids that were asked for and the rows that have a next instant. */
  onRead(handler: (ids: string[], found: DueTrigger[]) => void): void {
    this.readHandler = handler;
  }

  add(ids: readonly string[], when: 'now' | 'soon'): void {
    for (const id of ids) this.ids.add(id);
    this.schedule(when === 'now' && this.failures === 0 ? NOW_MS : SOON_MS);
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private schedule(delayMs: number): void {
    const dueAtMs = performance.now() + delayMs;
    if (this.stopped || (this.timer !== null && this.dueAtMs <= dueAtMs)) return;
    if (this.timer) clearTimeout(this.timer);
    this.dueAtMs = dueAtMs;
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.read();
    }, delayMs);
  }

  private async read(): Promise<void> {
    const ids = [...this.ids].slice(0, BATCH);
    for (const id of ids) this.ids.delete(id);
    try {
      const found = await this.triggers.byIds(ids);
      this.failures = 0;
      if (!this.stopped) this.readHandler(ids, found);
    } catch (error) {
      this.failures++;
      this.logger.debug(`Reading ${ids.length} triggers failed and will be repeated: ${(error as Error).message}`);
      for (const id of ids) this.ids.add(id);
    }
    if (this.ids.size > 0)
      this.schedule(this.failures === 0 ? NOW_MS : Math.min(LONGEST_PAUSE_MS, SOON_MS * 2 ** this.failures));
  }
}
