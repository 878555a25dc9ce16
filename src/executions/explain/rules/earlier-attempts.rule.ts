import type { RunFacts } from '../facts.js';
import type { Rule } from '../reason.js';

/** It waits, and not for the first time. */
export const earlierAttempts: Rule<RunFacts> = {
  codes: {
    earlier_attempts: 'Attempts before this one failed, or their worker was lost. Facts: `attempts`, `maxAttempts`.',
  },
  reasons: ({ state, attempt, maxAttempts }) => {
    if (attempt === 0 || (state !== 'pending' && state !== 'scheduled')) return [];
    const message = `${attempt} of ${maxAttempts} attempts have failed or were lost with their worker.`;
    return [{ code: 'earlier_attempts', message, facts: { attempts: attempt, maxAttempts } }];
  },
};
