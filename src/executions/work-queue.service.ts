import { Injectable } from '@nestjs/common';
import { DispatchPool } from '../database/dispatch-pool.js';
import type { FinalState } from './execution.state.js';
import type { ExecutionError } from './execution.entity.js';
import { claim } from './sql/claim.js';
import { finish } from './sql/finish.js';
import { lockGatesTx, promoteTx, type RunInTx } from './gate-locks.js';
import { appendLogs } from './sql/append-logs.js';
import { heldBy } from './sql/held-by.js';
import { heldOf } from './sql/held-of.js';
import { queuesById } from './sql/queues-by-id.js';
import { report } from './sql/report.js';
import { stopsOf } from './sql/stops-of.js';
import { waitingQueues } from './sql/waiting-queues.js';
import { retry } from './sql/retry.js';
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

/** Further looks at ends whose runs changed while they were recorded. */
const FINISH_ATTEMPTS = 3;

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** The side of the executions that workers use. Everything comes and goes in batches; everything is guarded by agent and fence. */
@Injectable()
export class WorkQueue {
  constructor(private readonly pool: DispatchPool) {}

  /** Takes up to `limit` pending runs for an agent from `queues`, lower ranks first, at most `perQueue` from each. */
  claim(
    agentId: string,
    queues: readonly { id: number; rank: number }[],
    perQueue: number,
    limit: number,
  ): Promise<ClaimedRun[]> {
    return this.pool.run<ClaimedRun>(claim, [
      queues.map((q) => q.id),
      queues.map((q) => q.rank),
      perQueue,
      limit,
      agentId,
    ]);
  }

  /** Gives back runs that were claimed but not started; answers the ids given back. */
  async unclaim(agentId: string, runs: readonly Pick<ClaimedRun, 'id' | 'fence'>[]): Promise<Set<string>> {
    const sorted = [...runs].sort(byId);
    const rows = await this.pool.run<{ id: string }>(unclaim, [
      agentId,
      sorted.map((run) => run.id),
      sorted.map((run) => run.fence),
    ]);
    return new Set(rows.map((row) => row.id));
  }

  /** Records ends. Answers the ids that were still this agent's; whatever is missing was taken from it meanwhile. */
  async finish(agentId: string, ends: readonly RunEnd[]): Promise<Set<string>> {
    const found = await this.finishOnce(agentId, ends);
    let missing = ends.filter((end) => !found.has(end.id));
    // A run that was asked to stop, or got an overlap rule, while a statement waited for it fits none of its cases; a new one sees it.
    for (let attempt = 1; attempt <= FINISH_ATTEMPTS && missing.length > 0; attempt++) {
      const still = await this.stillHeld(agentId, missing);
      for (const id of await this.finishOnce(agentId, still)) found.add(id);
      missing = still.filter((end) => !found.has(end.id));
    }
    return found;
  }

  private async finishOnce(agentId: string, ends: readonly RunEnd[]): Promise<Set<string>> {
    const found = await this.retry(
      agentId,
      ends.filter((end) => end.retryAt !== null),
    );
    const rest = ends.filter((end) => !found.has(end.id));
    const free = rest.filter((end) => end.gateId === null);
    const gated = rest.filter((end) => end.gateId !== null);
    const ended = free.length === 0 ? [] : await this.pool.run<{ id: string }>(finish, finishValues(agentId, free, []));
    if (gated.length > 0) ended.push(...(await this.finishGated(agentId, gated)));
    for (const row of ended) found.add(row.id);
    return found;
  }

  private async retry(agentId: string, ends: readonly RunEnd[]): Promise<Set<string>> {
    if (ends.length === 0) return new Set();
    const sorted = [...ends].sort(byId);
    const values = [
      agentId,
      sorted.map((end) => end.id),
      sorted.map((end) => end.fence),
      sorted.map((end) => end.retryAt),
    ];
    const rows = await this.pool.run<{ id: string }>(retry, values);
    return new Set(rows.map((row) => row.id));
  }

  /** Those of the ends whose runs are the agent's after all, with the gates that they have now. */
  private async stillHeld(agentId: string, ends: readonly RunEnd[]): Promise<RunEnd[]> {
    const ids = ends.map((end) => end.id);
    const rows = await this.pool.run<{ id: string; fence: number; gateId: string | null }>(heldOf, [agentId, ids]);
    const held = new Map(rows.map((row) => [row.id, row]));
    return ends.flatMap((end) => {
      const run = held.get(end.id);
      return run?.fence === end.fence ? [{ ...end, gateId: run.gateId }] : [];
    });
  }

  private async finishGated(agentId: string, ends: readonly RunEnd[]): Promise<{ id: string }[]> {
    const wanted = [...new Set(ends.flatMap((end) => end.gateId ?? []))];
    return this.pool.transaction(async (client) => {
      const run: RunInTx = (statement, values) => client.run(statement, values);
      const gates = await lockGatesTx(run, wanted);
      const rows = await client.run<{ id: string }>(finish, finishValues(agentId, ends, gates.ids));
      await promoteTx(run, gates);
      return rows;
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

  /** All runs that the agent holds. */
  heldBy(agentId: string): Promise<Pick<ClaimedRun, 'id' | 'fence' | 'gateId'>[]> {
    return this.pool.run(heldBy, [agentId]);
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

function finishValues(agentId: string, ends: readonly RunEnd[], gates: readonly string[]): unknown[] {
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
