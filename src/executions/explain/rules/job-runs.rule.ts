import { MOST_LIVE, type JobFacts } from '../facts.js';
import type { Reason, Rule } from '../reason.js';

/** What became of the job's runs lately. */
export const jobRuns: Rule<JobFacts> = {
  codes: {
    runs_active:
      'Runs of the job have not ended. Facts: `states` (how many by state, counted up to 10,000), `waitingId` (the one that is nearest to its start; explain it for more).',
    last_not_run:
      'The latest occurrence was missed or skipped. Facts: `executionId`, `state`, `reason`, `scheduledFor`.',
    last_run: 'How the last run ended. Facts: `executionId`, `state`, `reason`, `finishedAt`.',
  },
  reasons: ({ live, waitingId, lastRun, lastNotRun }) => {
    const reasons: Reason[] = [];
    const counts = Object.entries(live);
    if (counts.length > 0) {
      const total = counts.reduce((sum, [, n]) => sum + n, 0);
      const listed = counts.map(([state, n]) => `${n} ${state}`).join(', ');
      const message = `${total < MOST_LIVE ? '' : 'At least '}${total} runs have not ended: ${listed}.`;
      reasons.push({ code: 'runs_active', message, facts: { states: live, waitingId } });
    }
    if (lastNotRun !== null) {
      const message = `The occurrence of ${lastNotRun.scheduledFor} was ${lastNotRun.state}: ${lastNotRun.reason}.`;
      reasons.push({ code: 'last_not_run', message, facts: { ...lastNotRun } });
    }
    if (lastRun !== null) {
      const why = lastRun.reason === null ? '' : ` (${lastRun.reason})`;
      reasons.push({ code: 'last_run', message: `The last run ended ${lastRun.state}${why}.`, facts: { ...lastRun } });
    }
    return reasons;
  },
};
