import type { Trigger } from '../../jobs/trigger.entity.js';
import type { ExecutionError, ExecutionSource } from '../execution.entity.js';
import type { ExecutionState } from '../execution.state.js';

/** An agent that serves the tenant, beside what is required of it. */
export interface AgentFacts {
  readonly id: string;
  readonly name: string;
  readonly state: 'online' | 'draining' | 'lost';
  readonly slots: number;
  /** Runs that it holds, of all tenants. */
  readonly running: number;
  /** False: it serves this tenant alone. */
  readonly isShared: boolean;
  readonly lastHeartbeatAt: Date;
  /** Required tags that it does not carry. */
  readonly missing: readonly string[];
  /** Excluded tags that it carries. */
  readonly clashing: readonly string[];
  /** Agents there are in all; only the nearest are listed. */
  readonly total: number;
}

/** Who holds an interface on which agent. */
export interface InterfaceHolder {
  readonly interface: string;
  readonly agentId: string;
  /** Null: a run of another tenant. */
  readonly executionId: string | null;
  /** ISO 8601. */
  readonly since: string;
}

/** What decides where and whether something may start. */
export interface PlacementFacts {
  readonly jobClass: string;
  /** Why the class may not be used, in a sentence; null: it may. */
  readonly classRefusal: string | null;
  readonly requiredTags: readonly string[];
  readonly excludedTags: readonly string[];
  readonly interfaces: readonly string[];
  readonly maxRunning: number | null;
  readonly dedicatedAgentsOnly: boolean;
  /** Null: not looked for, because no agent is waited for. */
  readonly agents: readonly AgentFacts[] | null;
  readonly crowd: CrowdFacts | null;
}

/** What stands in the way of a waiting run beside agents. */
export interface CrowdFacts {
  /** Runs before it in its queue, counted up to `MOST_AHEAD`. */
  readonly ahead: number;
  /** Runs of the tenant that workers hold. */
  readonly running: number;
  readonly gateHolders: readonly { executionId: string; jobId: string; state: ExecutionState }[];
  readonly interfaceHolders: readonly InterfaceHolder[];
  /** Fitting agents of other tenants; 0 for callers who may not know. */
  readonly foreignAgents: number;
}

/** Runs ahead in the queue are counted up to this. */
export const MOST_AHEAD = 1_000;

/** All that an explanation of one execution is made of. */
export interface RunFacts extends PlacementFacts {
  readonly now: Date;
  readonly id: string;
  readonly source: ExecutionSource;
  readonly scheduledFor: Date;
  readonly state: ExecutionState;
  readonly reason: string | null;
  readonly error: ExecutionError | null;
  readonly finishedAt: Date | null;
  readonly exitCode: number | null;
  readonly attempt: number;
  readonly fence: number | null;
  readonly runAt: Date | null;
  readonly queueId: number | null;
  readonly gateId: string | null;
  readonly priority: number | null;
  readonly claimedAt: Date | null;
  readonly startedAt: Date | null;
  readonly pid: number | null;
  readonly stopRequestedAt: Date | null;
  readonly stopRequestedBy: string | null;
  readonly jobId: string;
  readonly jobName: string;
  readonly maxAttempts: number;
  readonly overlapPolicy: string;
  readonly isJobDeleted: boolean;
  /** A client drives runs of its queue: no worker is waited for. */
  readonly isExternal: boolean;
  /** The client that drives it. */
  readonly drivenBy: string | null;
  /** The group of its job. */
  readonly groupId: string | null;
  readonly groupName: string | null;
  /** It waits for its group, its job has let it through; null: it is not live, or nothing limits it. */
  readonly isHeldByGroup: boolean | null;
  /** Of the gate at which it waits, else of its job's. */
  readonly gateLimit: number | null;
  readonly gateActive: number | null;
  readonly jitterMs: number | null;
  readonly agentId: string | null;
  readonly agentName: string | null;
  readonly hostname: string | null;
  readonly agentState: 'online' | 'draining' | 'offline' | 'lost' | null;
  readonly agentHeartbeatAt: Date | null;
  readonly leaseUntil: Date | null;
}

/** All that an explanation of a job is made of. */
export interface JobFacts extends PlacementFacts {
  readonly now: Date;
  readonly jobId: string;
  readonly isPaused: boolean;
  readonly triggers: readonly Trigger[];
  /** Runs that have not ended, by state, counted up to `MOST_LIVE`. */
  readonly live: Readonly<Partial<Record<ExecutionState, number>>>;
  /** The run that waits and is nearest to its start. */
  readonly waitingId: string | null;
  readonly lastRun: {
    readonly executionId: string;
    readonly state: ExecutionState;
    readonly reason: string | null;
    readonly finishedAt: string;
  } | null;
  /** The latest occurrence, if it was not run. */
  readonly lastNotRun: {
    readonly executionId: string;
    readonly state: 'missed' | 'skipped';
    readonly reason: string;
    readonly scheduledFor: string;
  } | null;
}

/** Live runs of a job are counted up to this. */
export const MOST_LIVE = 10_000;
