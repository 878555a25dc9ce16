import { Inject, Injectable } from '@nestjs/common';
import { AuditLog, type AuditRecord } from '../audit-log/audit-log.service.js';
import { currentActor, currentTenant } from '../context/request-context.js';
import type { News } from '../database/announcements.js';
import { Database, queryTx, type Tx } from '../database/database.js';
import { DomainError } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { ExecutionsService } from './executions.service.js';
import { lockGatesTx, NO_GATES, promoteTx, type LockedGates } from './gate-locks.js';
import { isFinal } from './execution.state.js';
import type { ExecutionView } from './execution.view.js';
import { LiveRun } from './live-run.entity.js';
import { busyError, RunMaking, type IfBusy, type MadeRun, type WantedRun } from './run-making.service.js';
import { cancelWaiting } from './sql/cancel-waiting.js';
import { requestStop } from './sql/request-stop.js';
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

/** The id of a run that is about to be made, and whether its end shall be told (`RunEnds`). */
export interface NewRun {
  readonly id: string;
  readonly isAwaited: boolean;
}

type StopKind = 'cancelling' | 'force_cancelling';

/** Looks at a run that keeps changing hands; one that changes more often than this ends sooner than it could be stopped. */
const STOP_ATTEMPTS = 5;

/** What people do to runs, for the tenant of the request. Every method is one transaction: change, audit entry, notification. */
@Injectable()
export class RunCommands {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ExecutionsService) private readonly executions: ExecutionsService,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(RunMaking) private readonly making: RunMaking,
  ) {}

  /** Runs a job now, paused or not; its overlap rule and that of its group hold. Throws `not_found`, `forbidden_class`, or `busy`: then nothing is stored. */
  async runNow(
    jobId: string,
    overrides: RunOverrides,
    { id, isAwaited }: NewRun = { id: newId(), isAwaited: false },
  ): Promise<ExecutionView> {
    const after = { ...overrides, ...(isAwaited && { isAwaited }) };
    const entry = { event: 'execution.requested', jobId, subject: { type: 'execution', id }, after };
    const { interfaces, ...rest } = overrides;
    return this.makeOne(jobId, { id, source: 'manual', isAwaited, ...rest }, entry, interfaces);
  }

  /**
   * The same within a transaction that does more with the run; `RunMaking.tell` is to be called with the answer after its commit. Throws what `runNow`
   * throws; the transaction has to be undone then.
   */
  async runNowTx(tx: Tx, jobId: string, overrides: RunOverrides, id: string): Promise<News> {
    const { interfaces, ...rest } = overrides;
    const queueId = interfaces === undefined ? null : await this.making.queueTx(tx, jobId, interfaces);
    const { made, news } = await this.making.makeTx(tx, [{ id, jobId, queueId, source: 'manual', ...rest }]);
    if (made[0]?.state === 'rejected') throw busyError(jobId, overrides.ifBusy, made[0].refusedBy);
    const subject = { type: 'execution', id };
    await this.audit.recordTx(tx, { event: 'execution.requested', jobId, subject, after: overrides });
    return news;
  }

  /**
   * Runs a job as often as there are items, in one statement. `common` holds for all; `interfaces` are theirs alone. Answers what became of each, in order; those that
   * found no room and are to be refused then are `rejected`. Throws `not_found` and `forbidden_class`; then nothing is stored.
   */
  async runMany(
    jobId: string,
    items: readonly Pick<RunOverrides, 'args' | 'parameters' | 'runAt'>[],
    { interfaces, ...common }: Pick<RunOverrides, 'interfaces' | 'force' | 'ifBusy'>,
  ): Promise<readonly MadeRun[]> {
    const runs = items.map((item) => ({ id: newId(), source: 'manual' as const, ...item, ...common }));
    // The arguments of each stand in its execution; repeating them would make an entry of megabytes.
    const after = { count: items.length, interfaces, ...common };
    const entry = { event: 'executions.requested', jobId, subject: { type: 'job', id: jobId }, after };
    const { made, news } = await this.making.make(jobId, runs, entry, interfaces);
    this.making.tell(news);
    const byId = new Map(made.map((run) => [run.id, run]));
    return runs.flatMap(({ id }) => byId.get(id) ?? []);
  }

  /** Runs a finished execution again as a new one with the same arguments. Throws `not_found`, `forbidden_class`, `busy`, or `invalid_state` while it is not final. */
  async retry(id: string): Promise<ExecutionView> {
    const old = await this.executions.get(id);
    if (!isFinal(old.state))
      throw new DomainError('invalid_state', `Execution ${id} is ${old.state}; only a finished one can be retried.`);
    const newRunId = newId();
    const { jobId, args, parameters, interfaces } = old;
    const entry = {
      event: 'execution.retried',
      jobId,
      subject: { type: 'execution', id },
      after: { newExecutionId: newRunId },
    };
    return this.makeOne(jobId, { id: newRunId, source: 'retry', retryOf: id, args, parameters }, entry, interfaces);
  }

  private async makeOne(
    jobId: string,
    run: WantedRun,
    entry: AuditRecord,
    interfaces: readonly string[] | undefined,
  ): Promise<ExecutionView> {
    const { made, news } = await this.making.make(jobId, [run], entry, interfaces);
    const [one] = made;
    if (one?.state === 'rejected') throw busyError(jobId, run.ifBusy, one.refusedBy);
    this.making.tell(news);
    if (one?.view == null) throw new Error(`Execution ${run.id} of job ${jobId} was made without an answer.`);
    return one.view;
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

  /** Locks the gate of a live run before the run itself, in the order that every other transaction keeps. */
  private async lockGateTx(tx: Tx, id: string): Promise<LockedGates> {
    const run = await tx.findOne(LiveRun, { where: { id }, select: { id: true, gateId: true } });
    if (run === null || run.gateId === null) return NO_GATES;
    return lockGatesTx((statement, values) => queryTx(tx, statement, values), [run.gateId]);
  }
}
