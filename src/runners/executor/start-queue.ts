/** Lets runs begin: at most `limit` at a time, in the order of arrival, one in each turn of the event loop. */

/** Something that waits for its turn. */
export interface Startable {
  begin(): void;
}

/**
 * The queue in front of process starts. The turn between two starts matters: short children that are respawned straight
 * from an exit event starve every timer of the process (measured: no timeout fires any more with four of them).
 */
export class StartQueue {
  private readonly waiting = new Set<Startable>();
  private active = 0;
  private isScheduled = false;

  constructor(private readonly limit: number) {}

  /** Queues a run; its `begin` is called once there is room. */
  add(run: Startable): void {
    this.waiting.add(run);
    this.schedule();
  }

  /** Takes a waiting run out. False when it has begun already. */
  remove(run: Startable): boolean {
    return this.waiting.delete(run);
  }

  /** To be called once for every run that began and is over. */
  release(): void {
    this.active--;
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled || this.waiting.size === 0 || this.active >= this.limit) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.startNext();
    });
  }

  private startNext(): void {
    const [next] = this.waiting;
    if (!next || this.active >= this.limit) return;
    this.waiting.delete(next);
    this.active++;
    next.begin();
    this.schedule();
  }
}
