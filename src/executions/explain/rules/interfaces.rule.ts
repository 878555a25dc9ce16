import type { PlacementFacts } from '../facts.js';
import type { Rule } from '../reason.js';
import { MOST_NAMED, taking } from './agents-fit.rule.js';

/** On every agent that would take it another run has one of its interfaces. */
export const interfaces: Rule<PlacementFacts> = {
  codes: {
    interface_busy:
      'On every worker that fits, another run has one of its interfaces. Facts: `interfaces`, `holders` (up to 5: `interface`, `agentId`, `executionId`, which is null for a run of another tenant, `since`).',
  },
  reasons: (facts) => {
    const { interfaces: names, crowd } = facts;
    const agents = taking(facts);
    if (names.length === 0 || crowd === null || agents.length === 0) return [];
    const holders = crowd.interfaceHolders.filter((holder) => agents.some(({ id }) => id === holder.agentId));
    if (!agents.every(({ id }) => holders.some((holder) => holder.agentId === id))) return [];
    const busy = [...new Set(holders.map((holder) => holder.interface))].join(', ');
    const message = `Other runs have ${busy} on every worker that fits.`;
    return [{ code: 'interface_busy', message, facts: { interfaces: names, holders: holders.slice(0, MOST_NAMED) } }];
  },
};
