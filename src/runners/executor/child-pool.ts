/** Keeps children between runs, because a fresh one takes about 100 ms to be ready. */
import { PooledChild } from './pooled-child.js';

/** What the pool needs to know. */
export interface ChildPoolSettings {
  childEntry: string;
  idleChildMs: number;
  maxRunsPerChild: number;
}

/** Idle children, the one used last on top, so that the others can grow old and be closed. */
export class ChildPool {
  private readonly idle: { child: PooledChild; expiry: NodeJS.Timeout }[] = [];

  constructor(
    private readonly settings: ChildPoolSettings,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** An idle child or a new one. */
  take(): PooledChild {
    for (let entry = this.idle.pop(); entry; entry = this.idle.pop()) {
      clearTimeout(entry.expiry);
      if (!entry.child.hasExited) return entry.child;
    }
    return new PooledChild(this.settings.childEntry, this.environment);
  }

  /** Takes a child back that is fit for another run. */
  giveBack(child: PooledChild): void {
    child.forget();
    if (child.hasExited) return;
    if (child.runs >= this.settings.maxRunsPerChild) return child.signal('SIGKILL');
    const expiry = setTimeout(() => this.close(child), this.settings.idleChildMs);
    this.idle.push({ child, expiry });
  }

  private close(child: PooledChild): void {
    const index = this.idle.findIndex((entry) => entry.child === child);
    if (index >= 0) this.idle.splice(index, 1);
    if (!child.hasExited) child.signal('SIGKILL');
  }
}
