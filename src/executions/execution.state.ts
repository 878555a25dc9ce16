/** States of an execution that has not ended; they stand in `live_runs.state`. */
export const LIVE_STATES = ['scheduled', 'queued', 'pending', 'running', 'cancelling', 'force_cancelling'] as const;
export type LiveState = (typeof LIVE_STATES)[number];

/** States in which an execution ends; they stand in `executions.state` together with `finished_at`. */
export const FINAL_STATES = ['succeeded', 'failed', 'timed_out', 'cancelled', 'missed', 'skipped'] as const;
export type FinalState = (typeof FINAL_STATES)[number];

/** Any state of an execution; which of the two columns it stands in depends on whether it is final. */
export type ExecutionState = LiveState | FinalState;
export const EXECUTION_STATES: readonly ExecutionState[] = [...LIVE_STATES, ...FINAL_STATES];

/**
 * Every transition there is. `scheduled` waits for its time, `queued` for room by the rule of its job or group, `pending` for a worker. `missed`
 * and `skipped` are born final, but for a queued run whose place a newer one takes. A lost or failed attempt with attempts left goes back to `pending` or `scheduled`.
 */
export const TRANSITIONS: Readonly<Record<LiveState, readonly ExecutionState[]>> = {
  scheduled: ['pending', 'cancelled'],
  queued: ['pending', 'scheduled', 'cancelled', 'skipped'],
  pending: ['running', 'cancelled'],
  running: ['succeeded', 'failed', 'timed_out', 'cancelled', 'scheduled', 'pending', 'cancelling', 'force_cancelling'],
  cancelling: ['cancelled', 'succeeded', 'failed', 'timed_out', 'force_cancelling'],
  force_cancelling: ['cancelled'],
};

/**
 * What a client may say of a run that no agent holds, by the states that it may come from. It may not let a run through that waits at a gate,
 * nor send one back to wait there.
 */
export const DRIVEN_FROM = {
  pending: ['scheduled', 'running', 'cancelling', 'force_cancelling'],
  running: ['scheduled', 'pending', 'cancelling', 'force_cancelling'],
  cancelling: ['scheduled', 'pending', 'running', 'force_cancelling'],
  force_cancelling: ['scheduled', 'pending', 'running', 'cancelling'],
  succeeded: LIVE_STATES,
  failed: LIVE_STATES,
  cancelled: LIVE_STATES,
} as const satisfies Partial<Record<ExecutionState, readonly LiveState[]>>;
export type DrivenState = keyof typeof DRIVEN_FROM;

/** True for a state that only a resumption by hand changes again. */
export function isFinal(state: ExecutionState): state is FinalState {
  return (FINAL_STATES as readonly string[]).includes(state);
}

/** States that go straight to `cancelled`, because no worker holds them. */
export const WAITING_STATES = ['scheduled', 'queued', 'pending'] as const satisfies readonly LiveState[];

/** States in which an agent holds the run. */
export const HELD_STATES = ['running', 'cancelling', 'force_cancelling'] as const satisfies readonly LiveState[];
