import type { QueueInfo } from '../executions/work-queue.service.js';
import type { TagsByTenant } from '../tags/attached-tags.service.js';

/** Queues asked for in one claim. */
const QUEUES_PER_CLAIM = 16;

/**
 * Which queues an agent may take from and which of them may hold work. Knows a queue as empty until a notification or a poll says otherwise,
 * so that a claim does not visit hundreds of idle tenants. Orders tenants by how much they were served lately: whoever had least goes first.
 */
export class QueueDirectory {
  private readonly known = new Map<number, QueueInfo>();
  private readonly ofTenant = new Map<string, Set<number>>();
  private readonly waiting = new Set<number>();
  /** Queues that a claim is under way for. */
  private readonly asked = new Set<number>();
  private readonly served = new Map<string, number>();

  /** The tenant that the agent belongs to; null: it serves all that do not insist on agents of their own. */
  private tenantId: string | null = null;
  /** Tags that tenants attached to the agent; each counts for the queues of its tenant. */
  private attached: TagsByTenant = new Map();

  constructor(private readonly tags: ReadonlySet<string>) {}

  /** Says whose the agent is. To be called before queues are described. */
  belongTo(tenantId: string | null): void {
    this.tenantId = tenantId;
  }

  /** Learns the attached tags as they are now. Queues that no longer fit are forgotten; those that fit now are found by a poll. */
  attach(tags: TagsByTenant): void {
    this.attached = tags;
    for (const id of this.waiting) {
      const queue = this.known.get(id);
      if (queue === undefined || !this.fits(queue)) this.waiting.delete(id);
    }
  }

  /** Ids among `ids` that have never been described. */
  unknown(ids: readonly number[]): number[] {
    return ids.filter((id) => !this.known.has(id));
  }

  /** Learns what queues require. */
  describe(queues: readonly QueueInfo[]): void {
    for (const queue of queues) {
      this.known.set(queue.id, queue);
      const ofTenant = this.ofTenant.get(queue.tenantId);
      if (ofTenant === undefined) this.ofTenant.set(queue.tenantId, new Set([queue.id]));
      else ofTenant.add(queue.id);
    }
  }

  /** Notes that queues may hold pending runs; those that do not fit this agent are ignored. */
  mayHaveWork(ids: readonly number[]): void {
    for (const id of ids) {
      const queue = this.known.get(id);
      if (queue !== undefined && this.fits(queue)) this.waiting.add(id);
    }
  }

  /** Notes that a claim for these queues begins. They count as empty unless it or somebody else says otherwise, and are in no other claim until `answered`. */
  ask(ids: readonly number[]): void {
    for (const id of ids) {
      this.waiting.delete(id);
      this.asked.add(id);
    }
  }

  /** Notes that the claim is over. */
  answered(ids: readonly number[]): void {
    for (const id of ids) this.asked.delete(id);
  }

  /** True while some queue that no claim is under way for may hold work. */
  get hasWork(): boolean {
    for (const id of this.waiting) if (!this.asked.has(id)) return true;
    return false;
  }

  /** Known queues of a tenant that the agent may take from, at most `most`. */
  fitting(tenantId: string, most: number): number[] {
    const ids: number[] = [];
    for (const id of this.ofTenant.get(tenantId) ?? []) {
      const queue = this.known.get(id);
      if (queue !== undefined && this.fits(queue)) ids.push(id);
      if (ids.length >= most) break;
    }
    return ids;
  }

  /** The queues for the next claim, the least served tenant first. Queues of one tenant share a rank, so that priority decides among them. */
  next(): { queues: { id: number; rank: number }[]; tenants: number } {
    const byTenant = new Map<string, number[]>();
    const free = [...this.waiting].filter((id) => !this.asked.has(id));
    for (const id of free) {
      const tenantId = this.known.get(id)?.tenantId ?? '';
      byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), id]);
    }
    const tenants = [...byTenant.keys()].sort((a, b) => (this.served.get(a) ?? 0) - (this.served.get(b) ?? 0));
    const queues: { id: number; rank: number }[] = [];
    // In turns, so that a tenant with many queues does not push the others out of the claim.
    for (let turn = 0; queues.length < Math.min(QUEUES_PER_CLAIM, free.length); turn++) {
      for (const [rank, tenantId] of tenants.entries()) {
        const id = byTenant.get(tenantId)?.[turn];
        if (id !== undefined && queues.length < QUEUES_PER_CLAIM) queues.push({ id, rank });
      }
    }
    return { queues, tenants: tenants.length };
  }

  /** Counts what a tenant got. A tenant that comes back after a pause starts level with the least served, not with a credit. */
  serve(tenantId: string, count: number): void {
    const floor = Math.min(
      ...[...this.waiting].map((id) => this.served.get(this.known.get(id)?.tenantId ?? '') ?? 0),
      Infinity,
    );
    const before = this.served.get(tenantId) ?? (Number.isFinite(floor) ? floor : 0);
    this.served.set(tenantId, Math.max(before, Number.isFinite(floor) ? floor : 0) + count);
    if (this.served.size > 10_000) this.served.clear();
  }

  private fits(queue: QueueInfo): boolean {
    if (this.tenantId === null ? queue.isDedicated : queue.tenantId !== this.tenantId) return false;
    const attached = this.attached.get(queue.tenantId);
    const carries = (tag: string): boolean => this.tags.has(tag) || attached?.has(tag) === true;
    return queue.requiredTags.every(carries) && !queue.excludedTags.some(carries);
  }
}
