import { Inject, Injectable } from '@nestjs/common';
import { DispatchPool } from '../database/dispatch-pool.js';
import { PRUNE_ENTRIES } from './sql/prune-entries.js';

/** Removes entries that are older than their tenant or the setting wants them. Nothing else ever changes the log. */
@Injectable()
export class AuditLogPruner {
  constructor(@Inject(DispatchPool) private readonly pool: DispatchPool) {}

  /** Removes up to `size` and answers how many. `defaultDays`: 0 keeps for ever. */
  async removeOld(defaultDays: number, size: number): Promise<number> {
    const [row] = await this.pool.run<{ removed: number }>(PRUNE_ENTRIES, [defaultDays, size]);
    return row?.removed ?? 0;
  }
}
