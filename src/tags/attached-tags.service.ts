import { Inject, Injectable } from '@nestjs/common';
import { DispatchPool } from '../database/dispatch-pool.js';
import { ATTACHED_FOR_WORKER } from './sql/attached-for-worker.js';

/** Lower-case names of tags by the id of the tenant for whose runs they count. */
export type TagsByTenant = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What placement needs to know of attached tags. A worker's tags, for the runs of a tenant, are those that it declared and those
 * that the tenant attached to it. Serves all tenants, so it has the connections of the dispatcher.
 */
@Injectable()
export class AttachedTags {
  constructor(@Inject(DispatchPool) private readonly pool: DispatchPool) {}

  /** The tags attached to a worker. To be asked again after each notification on the channel `labels`. */
  async ofWorker(agentId: string): Promise<TagsByTenant> {
    const rows = await this.pool.run<{ tenantId: string; name: string }>(ATTACHED_FOR_WORKER, [agentId]);
    const byTenant = new Map<string, Set<string>>();
    for (const { tenantId, name } of rows) {
      const tags = byTenant.get(tenantId) ?? new Set();
      byTenant.set(tenantId, tags.add(name.toLowerCase()));
    }
    return byTenant;
  }
}
