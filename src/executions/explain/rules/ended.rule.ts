import type { RunFacts } from '../facts.js';
import type { Rule } from '../reason.js';

const ENDS: Readonly<Partial<Record<RunFacts['state'], string>>> = {
  succeeded: 'It succeeded',
  failed: 'It failed',
  timed_out: 'It ran longer than its job allows',
  cancelled: 'It was cancelled',
};

/** How a run ended that a worker had or could have had. */
export const ended: Rule<RunFacts> = {
  codes: {
    succeeded: 'The run ended well. Facts: `finishedAt`, `attempt`, `agentId`, `hostname`.',
    failed:
      'The run failed. Facts: `reason`, `error`, `exitCode`, `finishedAt`, `attempt`, `maxAttempts`, `agentId`, `hostname`.',
    timed_out: 'The last attempt ran longer than its job allows. Facts as for `failed`.',
    cancelled: 'Somebody or something cancelled it; `reason` says what. Facts as for `failed`.',
    worker_lost:
      'The worker that held it fell silent or died, and no attempt was left. Facts: `agentId`, `hostname`, `lastHeartbeatAt`.',
  },
  reasons: (run) => {
    const { state, reason, error, exitCode, finishedAt, attempt, maxAttempts, agentId, hostname } = run;
    const end = ENDS[state];
    if (end === undefined) return [];
    const where = hostname === null ? '' : ` on ${hostname}`;
    const why = state === 'succeeded' || reason === null ? '' : ` (${reason})`;
    const message = `${end}${why}${where} at ${finishedAt?.toISOString() ?? '?'}, attempt ${attempt}.`;
    const place = { finishedAt, attempt, agentId, hostname };
    const facts = state === 'succeeded' ? place : { reason, error, exitCode, maxAttempts, ...place };
    const lost =
      reason === 'agent_lost'
        ? [
            {
              code: 'worker_lost',
              message: `The worker ${run.agentName ?? agentId ?? '?'} was lost while it held the run.`,
              facts: { agentId, hostname, lastHeartbeatAt: run.agentHeartbeatAt },
            },
          ]
        : [];
    return [{ code: state, message, facts }, ...lost];
  },
};
