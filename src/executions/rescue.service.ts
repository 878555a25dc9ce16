import { Injectable } from '@nestjs/common';
import { DispatchPool } from '../database/dispatch-pool.js';
import { endForced, overdueForcedGates } from './sql/cancel.js';
import { lockGates, promote } from './sql/gates.js';
import { orphans, rescue } from './sql/rescue.js';

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
        if (gates.length > 0) await client.run(lockGates, [gates]);
        const [row] = await client.run<{ returned: number; ended: number }>(rescue, [
          batch.map((run) => run.id),
          gates,
        ]);
        if (gates.length > 0) await client.run(promote, [gates]);
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
      if (overdue.gates.length > 0) await client.run(lockGates, [[...overdue.gates].sort()]);
      const ended = await client.run(endForced, [patienceMs, overdue.gates]);
      if (overdue.gates.length > 0) await client.run(promote, [overdue.gates]);
      return ended.length;
    });
  }
}
