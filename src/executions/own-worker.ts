import { Injectable } from '@nestjs/common';
import type { ClaimedRun } from './work-queue.service.js';

/** What a worker can take at once. Exactly one of `taken` and `failed` is called, once. */
export interface TakeOffer {
  readonly agentId: string;
  /** Queues that it may take from, which hold nothing that would have to come first. */
  readonly queueIds: readonly number[];
  /** Most runs. */
  readonly slots: number;
  /** These are the agent's now; also called when there are none. */
  taken(runs: readonly ClaimedRun[]): void;
  /** It is not known whether any run is the agent's. */
  failed(error: unknown): void;
}

/** A worker that can be handed runs by the statement that makes them. */
export interface TakingWorker {
  /** What it can take of a tenant's runs, at most `most`, or null. Its slots are kept for them until the offer is answered. */
  offer(tenantId: string, most: number): TakeOffer | null;
}

/**
 * The worker in this process, if there is one: a run made here can be his in the transaction that makes it, which saves the claim, its flush of the disk and
 * the way there. Whatever it does not take stays pending for everybody.
 */
@Injectable()
export class OwnWorker implements TakingWorker {
  private worker: TakingWorker | null = null;

  /** The worker of this process begins to take runs. */
  is(worker: TakingWorker): void {
    this.worker = worker;
  }

  offer(tenantId: string, most: number): TakeOffer | null {
    return this.worker?.offer(tenantId, most) ?? null;
  }
}
