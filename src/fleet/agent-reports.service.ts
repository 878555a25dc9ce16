import { Inject, Injectable } from '@nestjs/common';
import { RemoteAgents } from '../agents/remote-agents.service.js';
import type { AttemptEnd, LogPiece, RunReport } from '../attempts/attempt.js';
import { runEndOf } from '../dispatch/run-end.js';
import { WorkQueue, type HeldPolicy, type RunEnd } from '../executions/work-queue.service.js';
import { DomainError, type FieldError } from '../kernel/domain-error.js';

interface Fenced {
  readonly id: string;
  readonly fence: number;
}

/**
 * Records what agents say of their runs. What is still the agent's is recorded in any case; for the rest the call throws `stale_fence` with one
 * entry in `errors` for each. All throw `not_found` and `invalid_state` for an agent that is unknown or has ended.
 */
@Injectable()
export class AgentReports {
  constructor(
    @Inject(RemoteAgents) private readonly agents: RemoteAgents,
    @Inject(WorkQueue) private readonly queue: WorkQueue,
  ) {}

  /** Starts and progress. */
  async report(agentId: string, reports: readonly RunReport[]): Promise<void> {
    await this.agents.ofCaller(agentId);
    const kept = await this.queue.report(agentId, notAhead(reports));
    refuseStale('runs', reports, (report) => kept.has(report.id));
  }

  /** Output. A piece whose number is there already changes nothing. */
  async append(agentId: string, pieces: readonly LogPiece[]): Promise<void> {
    await this.agents.ofCaller(agentId);
    await this.queue.appendLogs(agentId, pieces);
    const held = await this.queue.heldAmong(agentId, pieces);
    refuseStale('pieces', pieces, ({ id, fence }) => held.has(`${id} ${fence}`));
  }

  /** Ends. One that was recorded before, because the agent did not get the answer, counts as recorded. */
  async complete(agentId: string, ends: readonly AttemptEnd[]): Promise<void> {
    await this.agents.ofCaller(agentId);
    const policies = await this.queue.retryPolicies(
      agentId,
      ends.map((end) => end.id),
    );
    const byId = new Map(policies.map((policy) => [policy.id, policy]));
    const known = ends.flatMap((end): RunEnd[] => {
      const policy = byId.get(end.id);
      return policy?.fence === end.fence ? [runEndOf(policy, withinTime(end, policy))] : [];
    });
    const recorded = known.length === 0 ? new Set<string>() : await this.queue.finish(agentId, known);
    const missing = ends.filter((end) => !recorded.has(end.id));
    if (missing.length === 0) return;
    const earlier = await this.queue.recordedEnds(agentId, missing);
    refuseStale('ends', ends, (end) => recorded.has(end.id) || earlier.has(end.id));
  }
}

/** The agent's clock may differ from ours: what it says lies between the claim and now. */
function withinTime(end: AttemptEnd, { claimedAt, now }: HeldPolicy): AttemptEnd {
  const within = (at: Date): Date => new Date(Math.min(Math.max(at.getTime(), claimedAt.getTime()), now.getTime()));
  return { ...end, finishedAt: within(end.finishedAt), startedAt: end.startedAt && within(end.startedAt) };
}

function notAhead(reports: readonly RunReport[]): RunReport[] {
  const nowMs = Date.now();
  return reports.map((report) => ({
    ...report,
    startedAt: report.startedAt && new Date(Math.min(report.startedAt.getTime(), nowMs)),
  }));
}

function refuseStale<T extends Fenced>(list: string, items: readonly T[], isKept: (item: T) => boolean): void {
  const stale = items.flatMap((item, i): FieldError[] => {
    if (isKept(item)) return [];
    const message = `The run ${item.id} with the fence ${item.fence} is not this agent's, or no longer.`;
    return [{ field: `/${list}/${i}`, code: 'stale_fence', message }];
  });
  if (stale.length === 0) return;
  const others = items.length - stale.length;
  const rest = others === 0 ? '' : ` The other ${others} entries were recorded.`;
  throw new DomainError('stale_fence', `${stale.length} of ${items.length} entries were refused.${rest}`, stale);
}
