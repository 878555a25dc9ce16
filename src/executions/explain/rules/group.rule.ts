import type { RunFacts } from '../facts.js';
import type { Rule } from '../reason.js';

/** The gate of its job's group is full. */
export const group: Rule<RunFacts> = {
  codes: {
    held_by_group:
      'As many runs as its group allows are active. Facts: `groupId`, `groupName`, `maxConcurrency`, `active`, `holders` (up to 10: `executionId`, `jobId`, `state`).',
  },
  reasons: ({ state, isHeldByGroup, groupId, groupName, gateLimit, gateActive, crowd }) => {
    if (state !== 'queued' || isHeldByGroup !== true) return [];
    const holders = crowd?.gateHolders ?? [];
    const named = holders.map(({ executionId }) => executionId).join(', ');
    return [
      {
        code: 'held_by_group',
        message: `${gateActive ?? '?'} of at most ${gateLimit ?? '?'} runs of the group ${groupName ?? '?'} are active: ${named}.`,
        facts: { groupId, groupName, maxConcurrency: gateLimit, active: gateActive, holders },
      },
    ];
  },
};
