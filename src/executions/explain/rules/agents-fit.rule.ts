import type { AgentFacts, PlacementFacts } from '../facts.js';
import type { Reason, Rule } from '../reason.js';

/** Agents that are named where many could be. */
export const MOST_NAMED = 5;

const named = (agents: readonly AgentFacts[]) =>
  agents.slice(0, MOST_NAMED).map(({ id, name }) => ({ agentId: id, name }));
const nearest = (agents: readonly AgentFacts[]) =>
  agents
    .slice(0, MOST_NAMED)
    .map(({ id, name, missing, clashing }) => ({ agentId: id, name, missing, excluded: clashing }));

/** Agents that carry what is required, whatever their state and whomever they serve. */
export const fitting = ({ agents }: PlacementFacts): readonly AgentFacts[] =>
  (agents ?? []).filter((agent) => agent.missing.length === 0 && agent.clashing.length === 0);

/** Fitting agents that take work of this tenant now. */
export const taking = (facts: PlacementFacts): readonly AgentFacts[] =>
  fitting(facts).filter((agent) => agent.state === 'online' && !(facts.dedicatedAgentsOnly && agent.isShared));

/** No agent takes it, however long one waits. */
export const agentsFit: Rule<PlacementFacts> = {
  codes: {
    no_agent: 'No worker that serves this tenant is there. Facts: `dedicatedAgentsOnly`.',
    no_agent_with_tags:
      'Workers are there, but none carries all required tags and none of the excluded ones. Facts: `requiredTags`, `excludedTags`, `nearest` (up to 5: `agentId`, `name`, `missing`, `excluded`), `agents` (how many there are).',
    only_shared_agents:
      'Workers that fit are there, but they serve all tenants, and this tenant has `dedicatedAgentsOnly`. Facts: `agents` (up to 5: `agentId`, `name`).',
    agents_lost: 'The workers that fit were lost within the last hour. Facts: `agents`, as above.',
    agents_draining:
      'The workers that fit take nothing more, because they are about to leave. Facts: `agents`, as above.',
    agents_of_other_tenants:
      'Workers that fit are there, but they serve other tenants alone. Only system administrators are told. Facts: `count`.',
  },
  reasons: (facts) => {
    const { agents, requiredTags, excludedTags, dedicatedAgentsOnly, crowd } = facts;
    if (agents === null || taking(facts).length > 0) return [];
    const foreign: Reason[] = [];
    if (crowd !== null && crowd.foreignAgents > 0) {
      const { foreignAgents: count } = crowd;
      foreign.push({
        code: 'agents_of_other_tenants',
        message: `${count} workers that fit serve other tenants alone.`,
        facts: { count },
      });
    }
    return [decisive(facts, agents, requiredTags, excludedTags, dedicatedAgentsOnly), ...foreign];
  },
};

function decisive(
  facts: PlacementFacts,
  agents: readonly AgentFacts[],
  requiredTags: readonly string[],
  excludedTags: readonly string[],
  dedicatedAgentsOnly: boolean,
): Reason {
  const fit = fitting(facts);
  const mine = fit.filter((agent) => !(dedicatedAgentsOnly && agent.isShared));
  const draining = mine.filter((agent) => agent.state === 'draining');
  if (draining.length > 0) {
    return {
      code: 'agents_draining',
      message: 'The workers that fit take nothing more: they are about to leave.',
      facts: { agents: named(draining) },
    };
  }
  const lost = mine.filter((agent) => agent.state === 'lost');
  if (lost.length > 0) {
    return { code: 'agents_lost', message: 'The workers that fit were lost.', facts: { agents: named(lost) } };
  }
  const shared = fit.filter((agent) => agent.state === 'online');
  if (shared.length > 0) {
    const message = 'The workers that fit serve all tenants, and this one has dedicatedAgentsOnly.';
    return { code: 'only_shared_agents', message, facts: { agents: named(shared) } };
  }
  const living = agents.filter((agent) => agent.state !== 'lost');
  if (living.length === 0) {
    return { code: 'no_agent', message: 'No worker that serves this tenant is there.', facts: { dedicatedAgentsOnly } };
  }
  const wanted = [...requiredTags, ...excludedTags.map((tag) => `not ${tag}`)].join(', ');
  return {
    code: 'no_agent_with_tags',
    message: `None of ${living[0]?.total ?? living.length} workers fits the tags: ${wanted}.`,
    facts: { requiredTags, excludedTags, nearest: nearest(living), agents: living[0]?.total ?? living.length },
  };
}
