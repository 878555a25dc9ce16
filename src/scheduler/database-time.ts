import { Injectable, Logger } from '@nestjs/common';
import { DueTriggers } from '../jobs/due-triggers.service.js';
import { Clock } from '../kernel/clock.js';

/** Skew between this machine and the database that is worth a warning. */
const WORRYING_SKEW_MS = 500;

/**
 * The database's time, estimated from this machine's clock and the last measured offset. Timers go by it, so that replicas with different
 * clocks fire at the same moment.
 */
@Injectable()
export class DatabaseTime {
  private readonly logger = new Logger('Clock');
  private offsetMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly triggers: DueTriggers,
  ) {}

  /** Milliseconds since the epoch by the database's clock. */
  nowMs(): number {
    return this.clock.nowMs() + this.offsetMs;
  }

  /** Measures the offset anew. Offsets within 2 ms are noise of the round trip and count as none. */
  async measure(): Promise<void> {
    const offset = await this.triggers.clockOffsetMs(() => this.clock.nowMs());
    const wasWorrying = Math.abs(this.offsetMs) > WORRYING_SKEW_MS;
    this.offsetMs = Math.abs(offset) <= 2 ? 0 : offset;
    if (!wasWorrying && Math.abs(this.offsetMs) > WORRYING_SKEW_MS) {
      this.logger.warn(
        `The database's clock is ${Math.round(this.offsetMs)} ms ahead of this machine's; timers go by the database's.`,
      );
    }
  }
}
