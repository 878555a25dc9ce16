import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentActor, currentTenant } from '../context/request-context.js';
import { Database, queryTx, type Tx } from '../database/database.js';
import { JobClassRules } from '../jobs/job-class-rules.service.js';
import { normaliseInterfaces } from '../jobs/job-definition.js';
import { DomainError, notFound } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { ExecutionsService } from './executions.service.js';
import { lockGatesTx, NO_GATES, promoteTx, replaceActiveTx, type LockedGates } from './gate-locks.js';
import { isFinal } from './execution.state.js';
import type { ExecutionView } from './execution.view.js';
import { LiveRun } from './live-run.entity.js';
import { cancelWaiting } from './sql/cancel-waiting.js';
import { requestStop } from './sql/request-stop.js';
import { enqueue } from './sql/enqueue.js';
import { markAwaited } from './sql/mark-awaited.js';
import { queueForRun } from './sql/queue-for-run.js';
import { readExecution } from './sql/read-execution.js';

/** How a run by hand differs from its job. */
export interface RunOverrides {
  readonly args?: readonly unknown[] | undefined;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly runAt?: Date | undefined;
  /** In the place of those of the job. */
  readonly interfaces?: readonly string[] | undefined;
  /** Passes the rule of the job's group; counts in it all the same. */
  readonly force?: boolean | undefined;
  /** In the place of the rules of the job and its group. Absent: the rules. */
  readonly ifBusy?: IfBusy | undefined;
}

/** What shall happen to a run by hand that finds no room: nothing is made, it waits, or it is recorded as skipped. */
export const IF_BUSY = ['reject', 'queue', 'skip'] as const;
export type IfBusy = (typeof IF_BUSY)[number];

/** What `enqueue` answers. */
interface Enqueued {
  readonly state: string;
  readonly refusedBy: 'job' | 'group' | null;
  readonly jobClass: string;
  readonly forbiddenJobClasses: string[];
  readonly replacing: string[] | null;
}

/** The id of a run that is about to be made, and whether its end shall be told (`RunEnds`). */
export interface NewRun {
  readonly id: string;
  readonly isAwaited: boolean;
}

type StopKind = 'cancelling' | 'force_cancelling';

/** A gate that was made while we waited for the job is seen by the next statement. */
const ENQUEUE_ATTEMPTS = 3;
/** Looks at a run that keeps changing hands; one that changes more often than this ends sooner than it could be stopped. */
const STOP_ATTEMPTS = 5;

/** What people do to runs, for the tenant of the request. Every method is one transaction: change, audit entry, notification. */
@Injectable()
export class RunCommands {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ExecutionsService) private readonly executions: ExecutionsService,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(JobClassRules) private readonly classes: JobClassRules,
  ) {}

  /** Runs a job now, paused or not; its overlap rule and that of its group hold. Throws `not_found`, `forbidden_class`, or `busy`: then nothing is stored. */
  async runNow(
    jobId: string,
    overrides: RunOverrides,
    { id, isAwaited }: NewRun = { id: newId(), isAwaited: false },
  ): Promise<ExecutionView> {
    await this.database.transaction((tx) => this.runNowTx(tx, jobId, overrides, { id, isAwaited }));
    return this.executions.get(id);
  }

  /** The same within a transaction that does more with the run. */
  async runNowTx(tx: Tx, jobId: string, overrides: RunOverrides, { id, isAwaited }: NewRun): Promise<void> {
    await this.enqueueTx(tx, { id, jobId, source: 'manual', retryOf: null, ...overrides });
    if (isAwaited) await queryTx(tx, markAwaited, [currentTenant().id, id]);
    const subject = { type: 'execution', id };
    const after = { ...overrides, ...(isAwaited && { isAwaited }) };
    await this.audit.recordTx(tx, { event: 'execution.requested', jobId, subject, after });
  }

  /** Runs a finished execution again as a new one with the same arguments. Throws `not_found`, `forbidden_class`, `busy`, or `invalid_state` while it is not final. */
  async retry(id: string): Promise<ExecutionView> {
    const old = await this.executions.get(id);
    if (!isFinal(old.state))
      throw new DomainError('invalid_state', `Execution ${id} is ${old.state}; only a finished one can be retried.`);
    const newRunId = newId();
    await this.database.transaction(async (tx) => {
      const { jobId, args, parameters, interfaces } = old;
      await this.enqueueTx(tx, { id: newRunId, jobId, source: 'retry', retryOf: id, args, parameters, interfaces });
      await this.audit.recordTx(tx, {
        event: 'execution.retried',
        jobId,
        subject: { type: 'execution', id },
        after: { newExecutionId: newRunId },
      });
    });
    return this.executions.get(newRunId);
  }

  /**
   * Cancels at once what no worker holds; asks the worker otherwise (`cancelling`). Cancelling twice changes nothing. Throws `not_found`, or
   * `invalid_state` for a finished execution.
   */
  cancel(id: string): Promise<ExecutionView> {
    return this.stop(id, 'cancelling', 'execution.cancel_requested');
  }

  /** The same, but the worker kills the whole process tree at once; final within 5 s even if the worker is gone. */
  forceCancel(id: string): Promise<ExecutionView> {
    return this.stop(id, 'force_cancelling', 'execution.force_cancel_requested');
  }

  private async stop(id: string, kind: StopKind, event: string): Promise<ExecutionView> {
    const execution = await this.executions.get(id);
    await this.database.transaction(async (tx) => {
      if (!(await this.stopTx(tx, id, kind))) return;
      const { jobId } = execution;
      const subject = { type: 'execution', id };
      await this.audit.recordTx(tx, { event, jobId, subject, before: { state: execution.state } });
    });
    return this.executions.get(id);
  }

  /** True when something changed, false when the run is being stopped already. Throws `invalid_state` for a finished execution. */
  private async stopTx(tx: Tx, id: string, kind: StopKind): Promise<boolean> {
    const tenantId = currentTenant().id;
    // A worker may take the run or send it back between two statements, each of which then looks for it in its former place.
    for (let attempt = 1; attempt <= STOP_ATTEMPTS; attempt++) {
      const gates = await this.lockGateTx(tx, id);
      const [ended] = await queryTx(tx, cancelWaiting, [tenantId, [id], gates.ids, 'cancelled', currentActor()]);
      if (ended !== undefined) {
        await promoteTx((statement, values) => queryTx(tx, statement, values), gates);
        return true;
      }
      const [asked] = await queryTx(tx, requestStop, [tenantId, [id], kind, currentActor()]);
      if (asked !== undefined) return true;
      const run = await tx.findOne(LiveRun, { where: { id }, select: { id: true, state: true } });
      if (run === null) break;
      if (run.state === 'force_cancelling' || run.state === kind) return false;
    }
    // Through the same connection: many refused requests at once must not wait for each other's second one.
    const [now] = await queryTx<{ state: string }>(tx, readExecution, [tenantId, id]);
    throw new DomainError(
      'invalid_state',
      `Execution ${id} is ${now?.state ?? 'gone'}; there is nothing left to cancel.`,
    );
  }

  /** The class is looked at after the run was made, which saves a round trip: what is thrown here undoes the transaction. */
  private async enqueueTx(
    tx: Tx,
    run: RunOverrides & { id: string; jobId: string; source: 'manual' | 'retry'; retryOf: string | null },
  ): Promise<void> {
    const queueId = run.interfaces === undefined ? null : await this.queueTx(tx, run.jobId, run.interfaces);
    const values = [
      currentTenant().id,
      [run.id],
      [run.jobId],
      [run.source],
      [run.retryOf],
      [null],
      [run.runAt ?? null],
      [run.args === undefined ? null : JSON.stringify(run.args)],
      [run.parameters === undefined ? null : JSON.stringify(run.parameters)],
      [currentActor()],
      [queueId],
      [run.force ?? false],
      [run.ifBusy ?? null],
    ];
    let made: Enqueued | undefined;
    for (let attempt = 1; attempt <= ENQUEUE_ATTEMPTS && made === undefined; attempt++) {
      [made] = await queryTx<Enqueued>(tx, enqueue, values);
    }
    if (made === undefined) throw notFound('job', run.jobId);
    this.classes.permit(made.jobClass, made.forbiddenJobClasses);
    if (made.state === 'rejected') throw busy(run, made.refusedBy ?? 'job');
    await replaceActiveTx((statement, given) => queryTx(tx, statement, given), made.replacing ?? []);
  }

  /** The queue of a run with interfaces of its own. Throws `not_found` for the job. */
  private async queueTx(tx: Tx, jobId: string, interfaces: readonly string[]): Promise<number> {
    const [queue] = await queryTx<{ id: number }>(tx, queueForRun, [
      currentTenant().id,
      jobId,
      normaliseInterfaces(interfaces),
    ]);
    if (queue === undefined) throw notFound('job', jobId);
    return queue.id;
  }

  /** Locks the gate of a live run before the run itself, in the order that every other transaction keeps. */
  private async lockGateTx(tx: Tx, id: string): Promise<LockedGates> {
    const run = await tx.findOne(LiveRun, { where: { id }, select: { id: true, gateId: true } });
    if (run === null || run.gateId === null) return NO_GATES;
    return lockGatesTx((statement, values) => queryTx(tx, statement, values), [run.gateId]);
  }
}

function busy(run: { jobId: string } & RunOverrides, refusedBy: 'job' | 'group'): DomainError {
  const where = refusedBy === 'job' ? `Job ${run.jobId}` : `The group of job ${run.jobId}`;
  const why =
    run.ifBusy === 'reject'
      ? 'ifBusy is reject, so nothing was made'
      : run.ifBusy === 'queue'
        ? 'as many as may wait are waiting already'
        : 'its rule says to refuse what finds no room; ifBusy queue would wait for it';
  return new DomainError('busy', `${where} has as many active runs as it may have: ${why}.`);
}
