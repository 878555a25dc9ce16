import { Injectable } from '@nestjs/common';
import type { Attempt, LogPiece, RunReport } from '../attempts/attempt.js';
import { DispatchPool } from '../database/dispatch-pool.js';
import type { FinalState } from './execution.state.js';
import type { ExecutionError } from './execution.entity.js';
import { claim } from './sql/claim.js';
import { claimRestrained } from './sql/claim-restrained.js';
import { finish } from './sql/finish.js';
import { lockGatesTx, promoteTx, type RunInTx } from './gate-locks.js';
import { appendLogs } from './sql/append-logs.js';
import { heldBy } from './sql/held-by.js';
import { heldOf } from './sql/held-of.js';
import { holdings } from './sql/holdings.js';
import { queuesById } from './sql/queues-by-id.js';
import { recordedEnds } from './sql/recorded-ends.js';
import { report } from './sql/report.js';
import { stopsOf } from './sql/stops-of.js';
import { waitingQueues } from './sql/waiting-queues.js';
import { retry } from './sql/retry.js';
import { retryPolicies } from './sql/retry-policies.js';
import { unclaim } from './sql/unclaim.js';

/** A run that an agent holds, with all that is needed to run it and to decide what follows its end. */
export interface ClaimedRun extends Attempt {
  readonly tenantId: string;
  readonly queueId: number;
  readonly gateId: string | null;
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

/** A run that an agent holds, seen from the database. */
export interface Holding {
  readonly id: string;
  readonly fence: number;
  readonly gateId: string | null;
  readonly state: 'running' | 'cancelling' | 'force_cancelling';
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Null: the agent has not said that it began. */
  readonly startedAt: Date | null;
  /** Since it was claimed. */
  readonly heldMs: number;
}

/** What follows the end of a run that an agent holds, and the times between which it must lie. */
export interface HeldPolicy {
  readonly id: string;
  readonly fence: number;
  readonly gateId: string | null;
  readonly attempt: number;
  readonly claimedAt: Date;
  /** By the database's clock. */
  readonly now: Date;
  readonly maxAttempts: number;
  readonly retryInitialMs: number;
  readonly retryFactor: number;
  readonly retryMaxMs: number;
  readonly retryJitter: number;
}

/** A queue and the tags that an agent must and must not have to take from it. */
export interface QueueInfo {
  readonly id: number;
  readonly tenantId: string;
  readonly requiredTags: string[];
  readonly excludedTags: string[];
  /** Agents that serve all tenants may not take from it. */
  readonly isDedicated: boolean;
}

/** What a claim gave. */
export interface Claim {
  readonly runs: ClaimedRun[];
  /** Queues of the claim that may hold more that the agent could have right now; a claim that gave nothing met rows that others hold. */
  readonly more: number[];
}

/** Further looks at ends whose runs changed while they were recorded. */
const FINISH_ATTEMPTS = 3;

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** The side of the executions that workers use. Everything comes and goes in batches; everything is guarded by agent and fence. */
@Injectable()
export class WorkQueue {
  /** Queues that were seen to need `claimRestrained`. One too many costs time, a missing one is told of by `claim`. */
  private readonly restrained = new Set<number>();

  constructor(private readonly pool: DispatchPool) {}

  /** Takes up to `limit` pending runs for an agent from `queues`, lower ranks first, at most `perQueue` from each. */
  async claim(
    agentId: string,
    queues: readonly { id: number; rank: number }[],
    perQueue: number,
    limit: number,
  ): Promise<ClaimedRun[]> {
    return (await this.claimAndLook(agentId, queues, perQueue, limit)).runs;
  }

  /** The same, for callers that keep in mind which queues hold work. */
  async claimAndLook(
    agentId: string,
    queues: readonly { id: number; rank: number }[],
    perQueue: number,
    limit: number,
  ): Promise<Claim> {
    const values = (ids: typeof queues, most: number) => [
      ids.map((q) => q.id),
      ids.map((q) => q.rank),
      perQueue,
      most,
      agentId,
    ];
    // All of them together, so that the ranks decide: plain queues would otherwise always come before restrained ones.
    if (queues.some((q) => this.restrained.has(q.id)))
      return claimOf(await this.pool.run<ClaimRow>(claimRestrained, values(queues, limit)));
    const rows = await this.pool.run<ClaimRow>(claim, values(queues, limit));
    const plain = claimOf(rows);
    const restrained = idsOf(rows[0]?.restrained);
    if (restrained.length === 0) return plain;
    for (const id of restrained) this.restrained.add(id);
    if (plain.runs.length >= limit) return { ...plain, more: [...plain.more, ...restrained] };
    const rest = queues.filter((q) => this.restrained.has(q.id));
    const further = claimOf(await this.pool.run<ClaimRow>(claimRestrained, values(rest, limit - plain.runs.length)));
    return { runs: [...plain.runs, ...further.runs], more: [...plain.more, ...further.more] };
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

  /** All runs that the agent holds, with what decides about those that it does not know. */
  holdings(agentId: string): Promise<Holding[]> {
    return this.pool.run<Holding & Record<string, unknown>>(holdings, [agentId]);
  }

  /** The retry rules of those runs among `ids` that the agent holds. */
  retryPolicies(agentId: string, ids: readonly string[]): Promise<HeldPolicy[]> {
    return this.pool.run<HeldPolicy & Record<string, unknown>>(retryPolicies, [agentId, ids]);
  }

  /** Those of the attempts whose ends this agent has had recorded already. */
  async recordedEnds(agentId: string, runs: readonly { id: string; fence: number }[]): Promise<Set<string>> {
    const values = [agentId, runs.map((run) => run.id), runs.map((run) => run.fence)];
    const rows = await this.pool.run<{ id: string }>(recordedEnds, values);
    return new Set(rows.map((row) => row.id));
  }

  /** Those of the runs that the agent holds with the fence that is given. */
  async heldAmong(agentId: string, runs: readonly { id: string; fence: number }[]): Promise<Set<string>> {
    const ids = [...new Set(runs.map((run) => run.id))];
    const rows = await this.pool.run<{ id: string; fence: number }>(heldOf, [agentId, ids]);
    return new Set(rows.map((row) => `${row.id} ${row.fence}`));
  }

  /** Queues that have pending runs. */
  waitingQueues(): Promise<QueueInfo[]> {
    // Limits of tenants may have been lifted.
    this.restrained.clear();
    return this.pool.run(waitingQueues, []);
  }

  /** Queues by id. */
  queues(ids: readonly number[]): Promise<QueueInfo[]> {
    return this.pool.run(queuesById, [ids]);
  }
}

type RulesOfRun = Omit<ClaimedRun, keyof RunOfJob>;
type RunOfJob = Pick<
  ClaimedRun,
  'id' | 'jobId' | 'queueId' | 'gateId' | 'attempt' | 'fence' | 'jobClass' | 'args' | 'parameters' | 'scheduledFor'
>;

/** `rules`: null where they are those of the row before. */
interface ClaimRow extends Omit<RunOfJob, 'id'> {
  readonly more: string | null;
  readonly restrained?: string | null;
  readonly id: string | null;
  readonly rules: RulesOfRun | null;
}

function claimOf(rows: readonly ClaimRow[]): Claim {
  const runs: ClaimedRun[] = [];
  let rules: RulesOfRun | null = null;
  for (const row of rows) {
    rules = row.rules ?? rules;
    if (row.id !== null && rules !== null) runs.push(claimedRun(row, row.id, rules));
  }
  return { runs, more: idsOf(rows[0]?.more) };
}

/** Named one by one, as spreading takes several times as long for objects of this size. */
function claimedRun(row: ClaimRow, id: string, rules: RulesOfRun): ClaimedRun {
  return {
    id,
    fence: row.fence,
    attempt: row.attempt,
    tenantId: rules.tenantId,
    tenant: rules.tenant,
    jobId: row.jobId,
    queueId: row.queueId,
    gateId: row.gateId,
    jobName: rules.jobName,
    jobClass: row.jobClass,
    args: row.args,
    parameters: row.parameters,
    scheduledFor: row.scheduledFor,
    timeoutMs: rules.timeoutMs,
    killGraceMs: rules.killGraceMs,
    maxOutputBytes: rules.maxOutputBytes,
    maxAttempts: rules.maxAttempts,
    retryInitialMs: rules.retryInitialMs,
    retryFactor: rules.retryFactor,
    retryMaxMs: rules.retryMaxMs,
    retryJitter: rules.retryJitter,
    forbiddenJobClasses: rules.forbiddenJobClasses,
  };
}

function idsOf(list: string | null | undefined): number[] {
  return list == null ? [] : list.split(',').map(Number);
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
