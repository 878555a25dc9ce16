import { Injectable } from '@nestjs/common';
import { DispatchPool } from '../database/dispatch-pool.js';
import type { FinalState } from './execution.state.js';
import type { ExecutionError } from './execution.entity.js';
import { claim } from './sql/claim.js';
import { finish } from './sql/finish.js';
import { lockGates, promote } from './sql/gates.js';
import { appendLogs, gatesOf, queuesById, report, stopsOf, waitingQueues } from './sql/report.js';
import { unclaim } from './sql/unclaim.js';

/** A run that an agent holds, with all that it needs to run it. */
export interface ClaimedRun {
  readonly id: string;
  readonly tenantId: string;
  readonly tenant: string;
  readonly jobId: string;
  readonly jobName: string;
  readonly queueId: number;
  readonly gateId: string | null;
  /** From 1. */
  readonly attempt: number;
  /** Every report about the run carries it; after the run was taken away it no longer matches. */
  readonly fence: number;
  readonly jobClass: string;
  readonly args: unknown[];
  readonly parameters: Record<string, unknown>;
  readonly scheduledFor: Date;
  readonly timeoutMs: number | null;
  readonly killGraceMs: number;
  readonly maxOutputBytes: number;
  readonly maxAttempts: number;
  readonly retryInitialMs: number;
  readonly retryFactor: number;
  readonly retryMaxMs: number;
  readonly retryJitter: number;
  /** Patterns of the job classes that the tenant may not use. */
  readonly forbiddenJobClasses: readonly string[];
}

/** How an attempt ended. */
export interface RunEnd {
  readonly id: string;
  readonly fence: number;
  readonly gateId: string | null;
  readonly state: Exclude<FinalState, 'missed' | 'skipped'>;
  readonly reason: string | null;
  readonly exitCode: number | null;
  readonly result: unknown;
  readonly error: ExecutionError | null;
  readonly pid: number | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date;
  /** Not null: try again then, unless somebody asked to stop the run. */
  readonly retryAt: Date | null;
}

/** What a running attempt says of itself; nulls leave what is there. */
export interface RunReport {
  readonly id: string;
  readonly fence: number;
  readonly pid: number | null;
  readonly startedAt: Date | null;
  readonly percent: number | null;
  readonly message: string | null;
}

/** A piece of output. `seq` grows within the attempt. */
export interface LogPiece {
  readonly id: string;
  readonly fence: number;
  readonly seq: number;
  readonly stream: 'stdout' | 'stderr' | 'log';
  readonly at: Date;
  readonly text: string;
}

/** A queue and the tags that an agent must and must not have to take from it. */
export interface QueueInfo {
  readonly id: number;
  readonly tenantId: string;
  readonly requiredTags: string[];
  readonly excludedTags: string[];
}

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** The side of the executions that workers use. Everything comes and goes in batches; everything is guarded by agent and fence. */
@Injectable()
export class WorkQueue {
  constructor(private readonly pool: DispatchPool) {}

  /** Takes up to `limit` pending runs for an agent from `queues`, lower ranks first, at most `perQueue` from each. */
  claim(agentId: string, queues: readonly { id: number; rank: number }[], perQueue: number, limit: number): Promise<ClaimedRun[]> {
    return this.pool.run<ClaimedRun>(claim, [queues.map((q) => q.id), queues.map((q) => q.rank), perQueue, limit, agentId]);
  }

  /** Gives back runs that were claimed but not started; answers the ids given back. */
  async unclaim(agentId: string, runs: readonly ClaimedRun[]): Promise<Set<string>> {
    const sorted = [...runs].sort(byId);
    const rows = await this.pool.run<{ id: string }>(unclaim, [agentId, sorted.map((run) => run.id), sorted.map((run) => run.fence)]);
    return new Set(rows.map((row) => row.id));
  }

  /** Records ends. Answers the ids that were still this agent's; whatever is missing was taken from it meanwhile. */
  async finish(agentId: string, ends: readonly RunEnd[]): Promise<Set<string>> {
    const free = ends.filter((end) => end.gateId === null);
    const found = free.length === 0 ? new Set<string>() : await this.finishUngated(agentId, free);
    const gated = ends.filter((end) => end.gateId !== null);
    const missing = free.filter((end) => !found.has(end.id));
    if (missing.length > 0) gated.push(...(await this.gatedSince(agentId, missing)));
    if (gated.length > 0) for (const id of await this.finishGated(agentId, gated)) found.add(id);
    return found;
  }

  private async finishUngated(agentId: string, ends: readonly RunEnd[]): Promise<Set<string>> {
    const rows = await this.pool.run<{ id: string }>(finish, finishValues(agentId, ends, []));
    return new Set(rows.map((row) => row.id));
  }

  /** Runs whose job got an overlap rule after they were claimed: their gate has to be locked after all. */
  private async gatedSince(agentId: string, ends: readonly RunEnd[]): Promise<RunEnd[]> {
    const rows = await this.pool.run<{ id: string; gateId: string }>(gatesOf, [agentId, ends.map((end) => end.id)]);
    const gates = new Map(rows.map((row) => [row.id, row.gateId]));
    return ends.flatMap((end) => (gates.has(end.id) ? [{ ...end, gateId: gates.get(end.id) ?? null }] : []));
  }

  private async finishGated(agentId: string, ends: readonly RunEnd[]): Promise<string[]> {
    const gates = [...new Set(ends.map((end) => end.gateId))];
    return this.pool.transaction(async (client) => {
      await client.run(lockGates, [gates]);
      const rows = await client.run<{ id: string }>(finish, finishValues(agentId, ends, gates));
      await client.run(promote, [gates]);
      return rows.map((row) => row.id);
    });
  }

  /** Records pids, starts and progress. Answers the ids that are still this agent's. */
  async report(agentId: string, reports: readonly RunReport[]): Promise<Set<string>> {
    const sorted = [...reports].sort(byId);
    const rows = await this.pool.run<{ id: string }>(report, [
      agentId,
      sorted.map((r) => r.id),
      sorted.map((r) => r.fence),
      sorted.map((r) => r.pid),
      sorted.map((r) => r.startedAt),
      sorted.map((r) => r.percent),
      sorted.map((r) => r.message),
    ]);
    return new Set(rows.map((row) => row.id));
  }

  /** Appends output; pieces of runs that are no longer this agent's are dropped. */
  async appendLogs(agentId: string, pieces: readonly LogPiece[]): Promise<void> {
    await this.pool.run(appendLogs, [
      agentId,
      pieces.map((p) => p.id),
      pieces.map((p) => p.fence),
      pieces.map((p) => p.seq),
      pieces.map((p) => p.stream),
      pieces.map((p) => p.at),
      pieces.map((p) => p.text),
    ]);
  }

  /** Runs of the agent that were asked to stop, for a worker that may have missed the notification. */
  stopsOf(agentId: string): Promise<{ id: string; state: 'cancelling' | 'force_cancelling' }[]> {
    return this.pool.run(stopsOf, [agentId]);
  }

  /** Queues that have pending runs. */
  waitingQueues(): Promise<QueueInfo[]> {
    return this.pool.run(waitingQueues, []);
  }

  /** Queues by id. */
  queues(ids: readonly number[]): Promise<QueueInfo[]> {
    return this.pool.run(queuesById, [ids]);
  }
}

function finishValues(agentId: string, ends: readonly RunEnd[], gates: readonly (string | null)[]): unknown[] {
  const sorted = [...ends].sort(byId);
  return [
    agentId,
    gates,
    sorted.map((e) => e.id),
    sorted.map((e) => e.fence),
    sorted.map((e) => e.state),
    sorted.map((e) => e.reason),
    sorted.map((e) => e.exitCode),
    sorted.map((e) => (e.result === null || e.result === undefined ? null : JSON.stringify(e.result))),
    sorted.map((e) => (e.error === null ? null : JSON.stringify(e.error))),
    sorted.map((e) => e.pid),
    sorted.map((e) => e.startedAt),
    sorted.map((e) => e.finishedAt),
    sorted.map((e) => e.retryAt),
  ];
}
