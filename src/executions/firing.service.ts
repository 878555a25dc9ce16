import { Injectable } from '@nestjs/common';
import { Announcements, type News } from '../database/announcements.js';
import { DispatchPool } from '../database/dispatch-pool.js';
import { newId } from '../kernel/ids.js';
import { lockGatesTx, promoteTx, replaceActiveTx, type RunInTx } from './gate-locks.js';
import { duePlanned } from './sql/due-planned.js';
import { enterGates } from './sql/enter-gates.js';
import { fire } from './sql/fire.js';
import { releaseDelayed } from './sql/release-delayed.js';

/** What shall become of one due trigger. Instants are milliseconds since the epoch. */
export interface TriggerFiring {
  readonly triggerId: string;
  readonly dueAtMs: number;
  readonly version: number;
  readonly nextAtMs: number | null;
  /** The latest instant among `occurrences`. */
  readonly lastAtMs: number;
  readonly fired: number;
  readonly occurrences: readonly {
    readonly atMs: number;
    readonly runAtMs: number;
    /** Null: it runs. With `dst_gap` and `dst_overlap` it is skipped, otherwise missed. */
    readonly missedReason: string | null;
  }[];
}

/** Turns due instants into executions. */
@Injectable()
export class Firing {
  constructor(
    private readonly pool: DispatchPool,
    private readonly announcements: Announcements,
  ) {}

  /**
   * Fires a batch in one statement, stops what jobs with `cancel_other` have running, and answers the ids of the triggers that this caller won. The others were fired or changed by
   * somebody else, are being changed right now, or are not due by the database's clock: read them again.
   */
  async fire(batch: readonly TriggerFiring[]): Promise<Set<string>> {
    const sorted = [...batch].sort((a, b) => (a.triggerId < b.triggerId ? -1 : 1));
    const occurrences = sorted.flatMap((t) => t.occurrences.map((o) => ({ ...o, triggerId: t.triggerId })));
    const rows = await this.pool.run<News & { id: string; replacing: string[] | null }>(fire, [
      sorted.map((t) => t.triggerId),
      sorted.map((t) => new Date(t.dueAtMs)),
      sorted.map((t) => t.version),
      sorted.map((t) => (t.nextAtMs === null ? null : new Date(t.nextAtMs))),
      sorted.map((t) => new Date(t.lastAtMs)),
      sorted.map((t) => t.fired),
      occurrences.map(() => newId()),
      occurrences.map((o) => o.triggerId),
      occurrences.map((o) => new Date(o.atMs)),
      occurrences.map((o) => new Date(o.runAtMs)),
      occurrences.map((o) => o.missedReason),
    ]);
    // Apart, because it needs a snapshot from after the locks. Whoever dies in between leaves it to `Rescue.replaceActive`.
    const replacing = rows[0]?.replacing ?? [];
    if (replacing.length > 0) {
      await this.pool.transaction((client) =>
        replaceActiveTx((statement, values) => client.run(statement, values), replacing),
      );
    }
    if (rows[0] !== undefined) this.announcements.tell(rows[0]);
    return new Set(rows.map((row) => row.id));
  }

  /** Lets planned runs that are due come to their gates, at most `limit`; answers how many were due. */
  async enterPlanned(limit: number): Promise<number> {
    const due = await this.pool.run<{ id: string; gateId: string | null }>(duePlanned, [limit]);
    if (due.length === 0) return 0;
    await this.pool.transaction(async (client) => {
      const run: RunInTx = (statement, values) => client.run(statement, values);
      const gates = await lockGatesTx(run, [...new Set(due.flatMap(({ gateId }) => gateId ?? []))]);
      await run(enterGates, [due.map(({ id }) => id), gates.ids]);
      await promoteTx(run, gates);
    });
    return due.length;
  }

  /** Makes due delayed runs pending, at most `limit`; answers how many and when the next one is due. */
  async releaseDelayed(limit: number): Promise<{ released: number; nextAt: Date | null }> {
    const [row] = await this.pool.run<{ released: number; nextAt: Date | null }>(releaseDelayed, [limit]);
    return { released: row?.released ?? 0, nextAt: row?.nextAt ?? null };
  }
}
