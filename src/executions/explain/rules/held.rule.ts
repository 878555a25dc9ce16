import type { RunFacts } from '../facts.js';
import type { Reason, Rule } from '../reason.js';

/** A worker has it. */
export const held: Rule<RunFacts> = {
  codes: {
    worker_silent:
      'The worker that holds it is lost, or its lease has run out; the run will be taken from it. Facts: `agentId`, `agentName`, `agentState`, `lastHeartbeatAt`, `leaseUntil`.',
    cancelling: 'Its worker was asked to stop it. Facts: `requestedBy`, `requestedAt`, `isForced`.',
    running:
      'A worker runs it. Facts: `agentId`, `agentName`, `hostname`, `pid`, `since`, `attempt`, `maxAttempts`, `fence`, `leaseUntil`.',
  },
  reasons: (run) => {
    const { state, agentId, agentName, hostname, leaseUntil, now } = run;
    if (run.drivenBy !== null) return [];
    if (state !== 'running' && state !== 'cancelling' && state !== 'force_cancelling') return [];
    const reasons: Reason[] = [];
    const worker = `${agentName ?? agentId ?? '?'} on ${hostname ?? '?'}`;
    const isSilent = leaseUntil !== null && leaseUntil < now;
    if (run.agentState === 'lost' || run.agentState === 'offline' || isSilent) {
      reasons.push({
        code: 'worker_silent',
        message: `Its worker ${worker} was last heard of at ${run.agentHeartbeatAt?.toISOString() ?? '?'}; the run will be taken from it.`,
        facts: { agentId, agentName, agentState: run.agentState, lastHeartbeatAt: run.agentHeartbeatAt, leaseUntil },
      });
    }
    if (state !== 'running') {
      const isForced = state === 'force_cancelling';
      reasons.push({
        code: 'cancelling',
        message: `${run.stopRequestedBy ?? 'Somebody'} asked to ${isForced ? 'kill' : 'stop'} it at ${run.stopRequestedAt?.toISOString() ?? '?'}; its worker has not ended it yet.`,
        facts: { requestedBy: run.stopRequestedBy, requestedAt: run.stopRequestedAt, isForced },
      });
    }
    const { attempt, maxAttempts, fence, pid, startedAt: since } = run;
    reasons.push({
      code: 'running',
      message: `${worker} has it since ${since?.toISOString() ?? '?'}, attempt ${attempt} of ${maxAttempts}.`,
      facts: { agentId, agentName, hostname, pid, since, attempt, maxAttempts, fence, leaseUntil },
    });
    return reasons;
  },
};
