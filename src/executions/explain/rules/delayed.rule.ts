import type { RunFacts } from '../facts.js';
import type { Rule } from '../reason.js';

/** Its time has not come. */
export const delayed: Rule<RunFacts> = {
  codes: {
    delayed_until:
      'It must not start before an instant. Facts: `runAt`, `because` (`retry`: the pause after an attempt; `jitter` of its trigger; `requested` by who made it), `attempt`, `maxAttempts`.',
  },
  reasons: ({ state, runAt, attempt, maxAttempts, source, now }) => {
    if (runAt === null || (state !== 'scheduled' && !(state === 'queued' && runAt > now))) return [];
    const because = attempt > 0 ? 'retry' : source === 'trigger' ? 'jitter' : 'requested';
    const words = {
      retry: `attempt ${attempt + 1} of ${maxAttempts} comes then`,
      jitter: 'jitter of its trigger',
      requested: 'asked for so',
    };
    const message = `It does not start before ${runAt.toISOString()}: ${words[because]}.`;
    return [{ code: 'delayed_until', message, facts: { runAt, because, attempt, maxAttempts } }];
  },
};
