import { MOST_AHEAD, type RunFacts } from '../facts.js';
import type { Rule } from '../reason.js';

/** Others of its queue go first. */
export const queueOrder: Rule<RunFacts> = {
  codes: {
    behind_others:
      'Runs of the tenant with the same requirements go first, by priority and age. Facts: `ahead` (counted up to 1,000), `isExact`, `priority`.',
  },
  reasons: ({ state, crowd, priority }) => {
    if (state !== 'pending' || crowd === null || crowd.ahead === 0) return [];
    const { ahead } = crowd;
    const isExact = ahead < MOST_AHEAD;
    const message = `${isExact ? ahead : `At least ${ahead}`} runs of its queue go first.`;
    return [{ code: 'behind_others', message, facts: { ahead, isExact, priority } }];
  },
};
