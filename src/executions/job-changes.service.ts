import { Inject, Injectable } from '@nestjs/common';
import { currentActor } from '../context/request-context.js';
import { queryTx, type Tx } from '../database/database.js';
import { JobChangeListeners, type JobChangeListener } from '../jobs/job-change.listeners.js';
import type { Job } from '../jobs/job.entity.js';
import { lockGatesTx, promoteTx, replaceActiveTx, type RunInTx } from './gate-locks.js';
import { cancelWaiting } from './sql/cancel-waiting.js';
import { adoptRuns } from './sql/adopt-runs.js';
import { enterGroup } from './sql/enter-group.js';
import { moveWaiting } from './sql/move-waiting.js';
import { waitingRunsOf } from './sql/waiting-runs-of.js';

const BATCH = 5_000;
/** Policies under which a new run takes the place of those before it. */
const REPLACING: ReadonlySet<string> = new Set(['cancel_other', 'force_cancel_other']);

/** What a change to a job or group means for the runs that have not ended. */
@Injectable()
export class JobChanges implements JobChangeListener {
  constructor(@Inject(JobChangeListeners) listeners: JobChangeListeners) {
    listeners.add(this);
  }

  /** What was promised under the old rule is done under it: the runs that a new one replaces are stopped in a transaction after the one that made it. */
  async jobChangingTx(tx: Tx, before: Job): Promise<void> {
    if (before.gateId === null || !REPLACING.has(before.overlapPolicy)) return;
    await replaceActiveTx(within(tx), [before.gateId]);
  }

  async jobChangedTx(tx: Tx, before: Job, after: Job): Promise<void> {
    const run = within(tx);
    const wanted = [after.gateId, before.groupGateId, after.groupGateId].flatMap((id) => id ?? []);
    const gates = await lockGatesTx(run, wanted);
    if (after.gateId !== null) {
      if (before.gateId === null) await run(adoptRuns, [[after.id]]);
      if (before.groupGateId !== after.groupGateId) await run(enterGroup, [[after.id], after.groupGateId]);
    }
    if (before.queueId !== after.queueId || before.priority !== after.priority) {
      await run(moveWaiting, [after.id, after.queueId, after.priority]);
    }
    const hasGroups = gates.hasGroups || before.groupGateId !== null || after.groupGateId !== null;
    await promoteTx(run, { ids: gates.ids, hasGroups });
    // What waited under another rule is too much for one that lets only the newest wait.
    if (after.gateId !== null) await replaceActiveTx(run, [after.gateId]);
  }

  async jobDeletedTx(tx: Tx, job: Job): Promise<void> {
    const run = within(tx);
    const gates = await lockGatesTx(run, job.gateId === null ? [] : [job.gateId]);
    for (;;) {
      const waiting = await queryTx<{ id: string }>(tx, waitingRunsOf, [job.tenantId, job.id, BATCH]);
      const ended = await queryTx(tx, cancelWaiting, [
        job.tenantId,
        waiting.map(({ id }) => id),
        gates.ids,
        'job_deleted',
        currentActor(),
      ]);
      // A worker may have claimed some of them in between: those run to their end.
      if (waiting.length < BATCH || ended.length === 0) break;
    }
    await promoteTx(run, gates);
  }

  async groupChangedTx(tx: Tx, groupGateId: string, newlyGated: readonly string[]): Promise<void> {
    const run = within(tx);
    const gates = await lockGatesTx(run, [groupGateId, ...newlyGated]);
    if (newlyGated.length > 0) {
      await run(adoptRuns, [newlyGated]);
      await run(enterGroup, [newlyGated, groupGateId]);
    }
    await promoteTx(run, { ids: gates.ids, hasGroups: true });
  }
}

function within(tx: Tx): RunInTx {
  return (statement, values) => queryTx(tx, statement, values);
}
