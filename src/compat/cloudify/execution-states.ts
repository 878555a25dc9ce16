/** States as Cloudify names them, and its rules for changing them. Source: contract A3, A5. */
import type { ExecutionState } from '../../executions/execution.state.js';

export const STATUSES = [
  'pending',
  'started',
  'cancelling',
  'force_cancelling',
  'kill_cancelling',
  'queued',
  'scheduled',
  'terminated',
  'failed',
  'cancelled',
] as const;
export type Status = (typeof STATUSES)[number];

const END_STATES: readonly Status[] = ['terminated', 'failed', 'cancelled'];
const ACTIVE: readonly Status[] = ['pending', 'started', 'cancelling', 'force_cancelling', 'kill_cancelling'];

/** What each state of ours is called; one that was killed is a `kill_cancelling` of its own. */
export const STATUS_OF: Readonly<Record<ExecutionState, Status>> = {
  scheduled: 'scheduled',
  queued: 'queued',
  pending: 'pending',
  running: 'started',
  cancelling: 'cancelling',
  force_cancelling: 'force_cancelling',
  succeeded: 'terminated',
  failed: 'failed',
  timed_out: 'failed',
  cancelled: 'cancelled',
  // Occurrences of triggers, which Cloudify does not have, that were not run.
  missed: 'cancelled',
  skipped: 'cancelled',
};

/** Our states that are called so. */
export function statesOf(status: Status): ExecutionState[] {
  const named = status === 'kill_cancelling' ? 'force_cancelling' : status;
  return (Object.keys(STATUS_OF) as ExecutionState[]).filter((state) => STATUS_OF[state] === named);
}

/** `status_display`: the status, but for one. */
export function displayOf(status: Status): string {
  return status === 'terminated' ? 'completed' : status;
}

/** Whether a client means one of them. */
export function isStatus(text: unknown): text is Status {
  return (STATUSES as readonly unknown[]).includes(text);
}

/** Whether nothing but a resumption follows. */
export function isEnd(status: Status): boolean {
  return END_STATES.includes(status);
}

/** Whether a PATCH may change the one into the other. */
export function mayBecome(from: Status, to: Status): boolean {
  if (from === to) return true;
  if (isEnd(from)) return false;
  if (from === 'cancelling' || from === 'force_cancelling') return !ACTIVE.includes(to) && to !== 'terminated';
  return true;
}

export const STOPS = { cancel: 'cancelling', 'force-cancel': 'force_cancelling', kill: 'kill_cancelling' } as const;
export type Stop = keyof typeof STOPS;

/** Whether a stop makes sense: each only for what is not stopped as hard already. */
export function mayStop(from: Status, stop: Stop): boolean {
  const harder: readonly Status[] = ['cancelling', 'force_cancelling', 'kill_cancelling'];
  return !isEnd(from) && harder.indexOf(from) < harder.indexOf(STOPS[stop]);
}
