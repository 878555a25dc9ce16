import type { AgentState } from './agent.entity.js';

/** All states of an agent, living ones first. */
export const AGENT_STATES = ['online', 'draining', 'offline', 'lost'] as const satisfies readonly AgentState[];
