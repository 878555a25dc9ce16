import { Inject, Injectable } from '@nestjs/common';
import { queryTx, type Tx } from '../database/database.js';
import { JobChangeListeners, type JobChangeListener } from '../jobs/job-change.listeners.js';
import type { Job } from '../jobs/job.entity.js';
import { cancelWaiting } from './sql/cancel.js';
import { lockGates, promote } from './sql/gates.js';
import { adoptRuns, moveWaiting, waitingRunsOf } from './sql/job-changes.js';

const BATCH = 5_000;

/** What a change to a job means for its runs that have not ended. */
@Injectable()
export class JobChanges implements JobChangeListener {
  constructor(@Inject(JobChangeListeners) listeners: JobChangeListeners) {
    listeners.add(this);
  }

  async jobChangedTx(tx: Tx, before: Job, after: Job): Promise<void> {
    if (after.gateId !== null) {
      await queryTx(tx, lockGates, [[after.gateId]]);
      if (before.gateId === null) await queryTx(tx, adoptRuns, [after.id, after.gateId]);
    }
    if (before.queueId !== after.queueId || before.priority !== after.priority) {
      await queryTx(tx, moveWaiting, [after.id, after.queueId, after.priority]);
    }
    if (after.gateId !== null) await queryTx(tx, promote, [[after.gateId]]);
  }

  async jobDeletedTx(tx: Tx, job: Job): Promise<void> {
    const gates = job.gateId === null ? [] : [job.gateId];
    if (gates.length > 0) await queryTx(tx, lockGates, [gates]);
    for (;;) {
      const waiting = await queryTx<{ id: string }>(tx, waitingRunsOf, [job.tenantId, job.id, BATCH]);
      const ended = await queryTx(tx, cancelWaiting, [
        job.tenantId,
        waiting.map((run) => run.id),
        gates,
        'job_deleted',
      ]);
      // A worker may have claimed some of them in between: those run to their end.
      if (waiting.length < BATCH || ended.length === 0) return;
    }
  }
}
