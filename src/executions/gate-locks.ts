import type { Statement } from '../database/statement.js';
import { lockGates } from './sql/lock-gates.js';
import { lockReplaced } from './sql/lock-replaced.js';
import { promoteGroups } from './sql/promote-groups.js';
import { promote } from './sql/promote.js';
import { replaceActive } from './sql/replace-active.js';

/** Runs a statement within the caller's transaction, through whichever door it came. */
export type RunInTx = (statement: Statement, values: readonly unknown[]) => Promise<unknown[]>;

/** Gates whose rows the transaction holds. */
export interface LockedGates {
  readonly ids: readonly string[];
  /** Whether a gate of a group is among them. */
  readonly hasGroups: boolean;
}

/** Nothing is gated. */
export const NO_GATES: LockedGates = { ids: [], hasGroups: false };

/**
 * Locks the gates and those after them, in the order of their ids. A job that moved to another group while we waited leads to a gate that
 * is not locked yet; then that one is locked out of order. That is rare, and a deadlock that comes of it is repeated by the door.
 */
export async function lockGatesTx(run: RunInTx, ids: readonly string[]): Promise<LockedGates> {
  if (ids.length === 0) return NO_GATES;
  for (let wanted = ids; ;) {
    const rows = (await run(lockGates, [wanted])) as { id: string; nextGateId: string | null }[];
    const locked = new Set(rows.map((row) => row.id));
    const missing = rows.flatMap(({ nextGateId }) =>
      nextGateId === null || locked.has(nextGateId) ? [] : [nextGateId],
    );
    if (missing.length === 0) return { ids: [...locked], hasGroups: rows.some((row) => row.nextGateId !== null) };
    wanted = [...locked, ...missing];
  }
}

/** Lets through what the gates hold back and have room for. To be called after whatever made room, in the same transaction. */
export async function promoteTx(run: RunInTx, gates: LockedGates): Promise<void> {
  if (gates.ids.length === 0) return;
  await run(promote, [gates.ids]);
  if (gates.hasGroups) await run(promoteGroups, [gates.ids]);
}

/** Stops the active runs of jobs whose newest run waits for that, and lets it through if that made room. */
export async function replaceActiveTx(run: RunInTx, gateIds: readonly string[]): Promise<void> {
  if (gateIds.length === 0) return;
  const gates = await lockGatesTx(run, gateIds);
  await run(lockReplaced, [gates.ids]);
  await run(replaceActive, [gates.ids]);
  await promoteTx(run, gates);
}
