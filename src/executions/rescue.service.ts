import { Injectable } from '@nestjs/common';
import { DispatchPool } from '../database/dispatch-pool.js';
import { lockGatesTx, promoteTx, replaceActiveTx, type RunInTx } from './gate-locks.js';
import { endForced } from './sql/end-forced.js';
import { overdueForcedGates } from './sql/overdue-forced-gates.js';
import { unreplacedGates } from './sql/unreplaced-gates.js';
import { orphans } from './sql/orphans.js';
import { rescue } from './sql/rescue.js';

const BATCH = 500;

/** Ends or returns runs whose worker will never report. */
@Injectable()
export class Rescue {
  constructor(private readonly pool: DispatchPool) {}

  /** Takes all runs from agents that are gone; answers how many went back to pending and how many ended. */
  async takeFromLostAgents(): Promise<{ returned: number; ended: number }> {
    const total = { returned: 0, ended: 0 };
    for (;;) {
      const batch = await this.pool.run<{ id: string; gateId: string | null }>(orphans, [BATCH]);
      if (batch.length === 0) return total;
      const gates = [...new Set(batch.flatMap((run) => run.gateId ?? []))];
      const done = await this.pool.transaction(async (client) => {
        const run: RunInTx = (statement, values) => client.run(statement, values);
        const locked = await lockGatesTx(run, gates);
        const [row] = await client.run<{ returned: number; ended: number }>(rescue, [
          batch.map((lost) => lost.id),
          locked.ids,
        ]);
        await promoteTx(run, locked);
        return row ?? { returned: 0, ended: 0 };
      });
      total.returned += done.returned;
      total.ended += done.ended;
      // Another replica is at it, or the runs got a gate in between: what is left is found by the next call.
      if (done.returned + done.ended === 0) return total;
    }
  }

  /** Ends force-cancelled runs whose worker has not reported within `patienceMs`; answers how many. */
  async endOverdueForced(patienceMs: number): Promise<number> {
    const [overdue] = await this.pool.run<{ runs: number; gates: string[] }>(overdueForcedGates, [patienceMs]);
    if (!overdue || overdue.runs === 0) return 0;
    return this.pool.transaction(async (client) => {
      const run: RunInTx = (statement, values) => client.run(statement, values);
      const locked = await lockGatesTx(run, overdue.gates);
      const ended = await client.run(endForced, [patienceMs, locked.ids]);
      await promoteTx(run, locked);
      return ended.length;
    });
  }

  /**
   * Stops active runs for newer ones where whoever made the newer one died between the two. Otherwise it finds what is being stopped
   * already and changes nothing.
   */
  async replaceActive(): Promise<void> {
    const gates = await this.pool.run<{ id: string }>(unreplacedGates, []);
    if (gates.length === 0) return;
    const ids = gates.map((gate) => gate.id);
    await this.pool.transaction((client) => replaceActiveTx((statement, values) => client.run(statement, values), ids));
  }
}
