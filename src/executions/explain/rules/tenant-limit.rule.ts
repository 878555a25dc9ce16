import type { PlacementFacts } from '../facts.js';
import type { Rule } from '../reason.js';

/** Its tenant has as many runs as it may. */
export const tenantLimit: Rule<PlacementFacts> = {
  codes: {
    tenant_limit:
      'As many runs of the tenant as `maxRunning` allows are held by workers. Facts: `maxRunning`, `running`.',
  },
  reasons: ({ agents, maxRunning, crowd }) => {
    if (agents === null || maxRunning === null || crowd === null || crowd.running < maxRunning) return [];
    const { running } = crowd;
    const message = `Workers hold ${running} runs of this tenant, of at most ${maxRunning}.`;
    return [{ code: 'tenant_limit', message, facts: { maxRunning, running } }];
  },
};
