import type { AgentState } from './agent.entity.js';

/** All states of an agent, living ones first. */
export const AGENT_STATES = ['online', 'draining', 'offline', 'lost'] as const satisfies readonly AgentState[];

/** The same, and the one of inventory agents: of their life nothing is known but that somebody announced them. */
export const SHOWN_STATES = [...AGENT_STATES, 'announced'] as const;

/** What lists of agents hold. */
export const AGENT_KINDS = ['embedded', 'remote', 'inventory'] as const;
