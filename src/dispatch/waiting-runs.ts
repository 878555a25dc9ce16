import type { ClaimedRun } from '../executions/work-queue.service.js';

interface Waiting {
  readonly run: ClaimedRun;
  /** Of `performance.now()`. */
  readonly sinceMs: number;
}

/**
 * Claimed runs that wait for a slot of this worker. Tenants take turns, so that a run of one that has just come does not wait behind a large
 * claim of another's; each tenant's are started in the order in which they were claimed.
 */
export class WaitingRuns {
  /** In the order of their turns. A tenant without runs has no entry. */
  private readonly byTenant = new Map<string, Waiting[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Ids of all, in no order. */
  get ids(): string[] {
    return this.runs.map(({ id }) => id);
  }

  /** All of them, in no order. */
  get runs(): ClaimedRun[] {
    return [...this.byTenant.values()].flatMap((line) => line.map(({ run }) => run));
  }

  /** Puts runs at the end of their tenants' lines. */
  add(runs: readonly ClaimedRun[], nowMs: number): void {
    for (const run of runs) {
      const line = this.byTenant.get(run.tenantId);
      const entry = { run, sinceMs: nowMs };
      if (line === undefined) this.byTenant.set(run.tenantId, [entry]);
      else line.push(entry);
    }
    this.count += runs.length;
  }

  /** Takes out up to `most` runs, those to be started first. */
  take(most: number): ClaimedRun[] {
    const taken: ClaimedRun[] = [];
    // Whoever is put back goes to the end of the map, so this goes round until all or enough are out.
    for (const [tenantId, line] of this.byTenant) {
      if (taken.length >= most) break;
      this.byTenant.delete(tenantId);
      // One tenant alone needs no turns: its line is cut once, however many are taken.
      const share = this.byTenant.size === 0 ? most - taken.length : 1;
      for (const { run } of line.splice(0, share)) taken.push(run);
      if (line.length > 0) this.byTenant.set(tenantId, line);
    }
    this.count -= taken.length;
    return taken;
  }

  /** Takes out the runs that `isMeant` says; answers them. */
  remove(isMeant: (run: ClaimedRun, sinceMs: number) => boolean): ClaimedRun[] {
    const removed: ClaimedRun[] = [];
    for (const [tenantId, line] of this.byTenant) {
      const kept = line.filter((entry) => {
        const isOut = isMeant(entry.run, entry.sinceMs);
        if (isOut) removed.push(entry.run);
        return !isOut;
      });
      if (kept.length > 0)
        this.byTenant.set(tenantId, kept); // Keeps its place.
      else this.byTenant.delete(tenantId);
    }
    this.count -= removed.length;
    return removed;
  }
}
