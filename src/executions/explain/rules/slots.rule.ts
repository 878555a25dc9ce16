import type { PlacementFacts } from '../facts.js';
import type { Rule } from '../reason.js';
import { MOST_NAMED, taking } from './agents-fit.rule.js';

/** The agents that would take it are full. */
export const slots: Rule<PlacementFacts> = {
  codes: {
    all_slots_busy:
      'Every worker that fits has as many runs as it has slots. Facts: `agents` (up to 5: `agentId`, `name`, `slots`, `running`).',
  },
  reasons: (facts) => {
    const agents = taking(facts);
    if (agents.length === 0 || agents.some(({ running, slots: most }) => running < most)) return [];
    const listed = agents
      .slice(0, MOST_NAMED)
      .map(({ id, name, slots: most, running }) => ({ agentId: id, name, slots: most, running }));
    const message = `All slots of the ${agents.length} workers that fit are busy.`;
    return [{ code: 'all_slots_busy', message, facts: { agents: listed } }];
  },
};
