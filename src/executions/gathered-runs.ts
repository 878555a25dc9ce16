import { runOutsideContext } from '../context/request-context.js';
import type { Announcements, News } from '../database/announcements.js';
import { columnsOf } from '../database/columns-of.js';
import type { Queryable } from '../database/dispatch-pool.js';
import { isRefusedRow } from '../database/sql-state.js';
import type { ExecutionView } from './execution.view.js';
import type { OwnWorker } from './own-worker.js';
import { enqueueEach } from './sql/enqueue-each.js';
import type { ClaimedRun } from './work-queue.service.js';

/** Statements under way at the same time: while one waits for the disk, another one computes. */
const MOST_UNDER_WAY = 2;
/** Runs in one statement; with more its nested loop would be felt. */
const MOST_RUNS = 64;

/** A run and its audit entry, each as the values of its columns in the order of `enqueueEach`. */
export interface GatheredRun {
  readonly run: readonly unknown[];
  readonly entry: readonly unknown[];
}

interface Waiting extends GatheredRun {
  readonly answer: (view: ExecutionView | null) => void;
  readonly fail: (error: unknown) => void;
}

/** What `enqueueEach` answers: the execution as it was made, and what the worker has to know that took it. */
type Row = ExecutionView & News & Omit<ClaimedRun, keyof ExecutionView | 'gateId'> & { isTaken: boolean };

/**
 * Makes the runs of requests that come at the same time together: what comes while the statements before are under way shares the next one, and its one flush of
 * the disk. A request that comes alone does not wait. Only for jobs that no rule limits. Those of one tenant at a time; tenants take turns.
 */
export class GatheredRuns {
  private readonly waiting = new Map<string, Waiting[]>();
  private underWay = 0;

  /** `judged` answers the values of $15 and $16 for a tenant. */
  constructor(
    private readonly pool: Queryable,
    private readonly announcements: Announcements,
    private readonly worker: OwnWorker,
    private readonly judged: (tenantId: string) => readonly unknown[],
  ) {}

  /** The execution as it was made, after workers were told of it; or null if it was not made here and is to be made in another way. */
  make(tenantId: string, run: GatheredRun): Promise<ExecutionView | null> {
    const made = new Promise<ExecutionView | null>((answer, fail) => {
      const waiting = { ...run, answer, fail };
      const ofTenant = this.waiting.get(tenantId);
      if (ofTenant === undefined) this.waiting.set(tenantId, [waiting]);
      else ofTenant.push(waiting);
    });
    this.pump();
    return made;
  }

  private pump(): void {
    while (this.underWay < MOST_UNDER_WAY) {
      const [next] = this.waiting;
      if (next === undefined) return;
      const [tenantId, waiting] = next;
      // To the end of the line with those for whom there is no room.
      this.waiting.delete(tenantId);
      const batch = waiting.splice(0, MOST_RUNS);
      if (waiting.length > 0) this.waiting.set(tenantId, waiting);
      this.underWay++;
      void runOutsideContext(() => this.send(tenantId, batch)).finally(() => {
        this.underWay--;
        this.pump();
      });
    }
  }

  private async send(tenantId: string, batch: readonly Waiting[]): Promise<void> {
    const offer = this.worker.offer(tenantId, batch.length);
    try {
      const rows = await this.pool.run<Row & Record<string, unknown>>(enqueueEach, [
        tenantId,
        ...columnsOf(batch.map(({ run }) => run)),
        ...this.judged(tenantId),
        ...columnsOf(batch.map(({ entry }) => entry)),
        offer?.agentId ?? null,
        offer?.queueIds ?? [],
        offer?.slots ?? 0,
      ]);
      offer?.taken(rows.filter((row) => row.isTaken).map(claimedOf));
      if (rows[0] !== undefined) this.announcements.tell(rows[0]);
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const { run, answer } of batch) answer(byId.get(run[0] as string) ?? null);
    } catch (error) {
      // Nothing is stored then. One of the runs is at fault, and alone it gets the blame.
      if (isRefusedRow(error)) offer?.taken([]);
      else offer?.failed(error);
      const isOfOne = isRefusedRow(error) && batch.length > 1;
      for (const { answer, fail } of batch) {
        if (isOfOne) answer(null);
        else fail(error);
      }
    }
  }
}

/** As a claim would have given it: the first attempt, which the row for its maker does not show yet. */
function claimedOf(row: Row): ClaimedRun {
  return { ...row, gateId: null, attempt: 1 };
}
