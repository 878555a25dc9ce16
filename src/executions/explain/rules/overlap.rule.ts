import type { RunFacts } from '../facts.js';
import type { Rule } from '../reason.js';

/** The gate of its job is full. */
export const overlap: Rule<RunFacts> = {
  codes: {
    held_by_overlap:
      'As many runs as its overlap rule allows are active. Facts: `overlapPolicy`, `maxConcurrency`, `active`, `holders` (up to 10: `executionId`, `jobId`, `state`).',
  },
  reasons: ({ state, isHeldByGroup, overlapPolicy, gateLimit, gateActive, crowd }) => {
    if (state !== 'queued' || isHeldByGroup === true) return [];
    const holders = crowd?.gateHolders ?? [];
    const named = holders.map(({ executionId }) => executionId).join(', ');
    return [
      {
        code: 'held_by_overlap',
        message: `${gateActive ?? '?'} of at most ${gateLimit ?? '?'} runs are active (${overlapPolicy}): ${named}.`,
        facts: { overlapPolicy, maxConcurrency: gateLimit, active: gateActive, holders },
      },
    ];
  },
};
