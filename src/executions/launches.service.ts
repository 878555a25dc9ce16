import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentActor, currentTenant } from '../context/request-context.js';
import type { News } from '../database/announcements.js';
import { Database, queryTx, type Tx } from '../database/database.js';
import { normaliseInterfaces } from '../jobs/job-definition.js';
import { DomainError } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { lockGatesTx, promoteTx } from './gate-locks.js';
import { RunMaking } from './run-making.service.js';
import { cancelWaiting } from './sql/cancel-waiting.js';
import { dismiss } from './sql/dismiss.js';
import { gatesOfRuns } from './sql/gates-of-runs.js';
import { leaveNumber } from './sql/leave-number.js';
import { lockLaunches } from './sql/lock-launches.js';
import { queuesForRuns } from './sql/queues-for-runs.js';
import { requestStop } from './sql/request-stop.js';
import { takeNumber } from './sql/take-number.js';
import { writeSheets } from './sql/write-sheets.js';

/** A thing that a run names: its number, 0 when the launch did not name it itself, and its name, which may be empty. */
export interface Named {
  readonly number: string;
  readonly name: string;
}

/** A run that shall be launched. */
export interface Launch {
  readonly jobId: string;
  /** Laid over the job's. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** In the place of the job's. */
  readonly interfaces: readonly string[];
  /** Before which it shall not begin; null: now. */
  readonly runAt: Date | null;
  readonly profile: Named;
  readonly device: Named;
  /** What only the API that launches it understands. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** A waiting run that is to be replaced. */
export interface Replaced {
  readonly id: string;
  readonly number: string;
  readonly createdAt: Date;
}

/**
 * Runs that are launched many at once, with a profile and for a device, wait for room whatever the rules of their jobs say, and can be put away. Every method is one
 * transaction for the tenant of the request, in the lock order of the others.
 */
@Injectable()
export class Launches {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(RunMaking) private readonly making: RunMaking,
  ) {}

  /** All or none of them; answers their ids in the same order. Throws `not_found` (a job), `forbidden_class`, or `busy`: as many as may wait do so already. */
  async launch(launches: readonly Launch[]): Promise<string[]> {
    const { ids, news } = await this.database.transaction(async (tx) => {
      await queryTx(tx, lockLaunches, [currentTenant().id]);
      return this.launchTx(tx, launches, await this.queuesTx(tx, launches));
    });
    this.making.tell(news);
    return ids;
  }

  /** Puts a run in the place of one that waits, under its number; that one ends cancelled and is put away. Throws `invalid_state` when it waits no more, and like `launch`. */
  async replace({ id, number, createdAt }: Replaced, launch: Launch): Promise<string> {
    const { made, news } = await this.database.transaction(async (tx) => {
      const tenantId = currentTenant().id;
      await queryTx(tx, lockLaunches, [tenantId]);
      // The job before the gates, and the gates of both together: the order of all other transactions.
      const queues = await this.queuesTx(tx, [launch]);
      const ended = await this.cancelTx(tx, [id], 'replaced', [launch.jobId]);
      if (ended.length === 0)
        throw new DomainError('invalid_state', `Execution ${number} is not waiting any more, so it cannot be changed.`);
      await this.putAwayTx(tx, [id], true);
      await queryTx(tx, leaveNumber, [tenantId, id]);
      const { ids, news } = await this.launchTx(tx, [launch], queues);
      const [made = ''] = ids;
      await queryTx(tx, takeNumber, [tenantId, made, number, createdAt]);
      return { made, news };
    });
    this.making.tell(news);
    return made;
  }

  /**
   * Puts executions away; what waits is cancelled. What a worker holds is asked to stop and put away too with `alsoHeld`, else left alone. Those
   * that are away already, or nobody's, are passed over. Answers how many were put away.
   */
  async dismiss(ids: readonly string[], { alsoHeld }: { readonly alsoHeld: boolean }): Promise<number> {
    if (ids.length === 0) return 0;
    return this.database.transaction(async (tx) => {
      await this.cancelTx(tx, ids, 'cancelled');
      if (alsoHeld) await queryTx(tx, requestStop, [currentTenant().id, ids, 'cancelling', currentActor()]);
      return this.putAwayTx(tx, ids, alsoHeld);
    });
  }

  /** `jobIds`: their gates, which have the same ids, are locked along, for what comes after in the transaction. */
  private async cancelTx(
    tx: Tx,
    ids: readonly string[],
    reason: string,
    jobIds: readonly string[] = [],
  ): Promise<{ id: string }[]> {
    const tenantId = currentTenant().id;
    const run = (statement: Parameters<typeof queryTx>[1], values: readonly unknown[]) =>
      queryTx(tx, statement, values);
    const held = await queryTx<{ id: string }>(tx, gatesOfRuns, [tenantId, ids]);
    const gates = await lockGatesTx(run, [...held.map((gate) => gate.id), ...jobIds]);
    const ended = await queryTx<{ id: string }>(tx, cancelWaiting, [tenantId, ids, gates.ids, reason, currentActor()]);
    await promoteTx(run, gates);
    return ended;
  }

  private async putAwayTx(tx: Tx, ids: readonly string[], alsoHeld: boolean): Promise<number> {
    const away = await queryTx<{ id: string; jobId: string }>(tx, dismiss, [currentTenant().id, ids, alsoHeld]);
    await this.audit.recordAllTx(
      tx,
      away.map(({ id, jobId }) => ({ event: 'execution.dismissed', jobId, subject: { type: 'execution', id } })),
    );
    return away.length;
  }

  private async launchTx(
    tx: Tx,
    launches: readonly Launch[],
    queues: ReadonlyMap<number, number>,
  ): Promise<{ ids: string[]; news: News }> {
    const runs = launches.map((launch) => ({ ...launch, id: newId() }));
    const { made, news } = await this.making.makeTx(
      tx,
      runs.map(({ id, jobId, parameters, runAt }, i) => ({
        ...{ id, jobId, parameters, source: 'manual' as const, ifBusy: 'queue' as const },
        runAt: runAt ?? undefined,
        queueId: queues.get(i) ?? null,
      })),
    );
    if (made.some(({ state }) => state === 'rejected'))
      throw new DomainError(
        'busy',
        'As many runs of a job as may wait for room are waiting already; nothing was launched.',
      );
    await this.sheetsTx(tx, runs);
    return { ids: runs.map(({ id }) => id), news };
  }

  /** By the place of the launch, for those that have interfaces of their own. */
  private async queuesTx(tx: Tx, launches: readonly Launch[]): Promise<Map<number, number>> {
    const rows = await queryTx<{ place: number; id: number }>(tx, queuesForRuns, [
      currentTenant().id,
      launches.map(({ jobId }) => jobId),
      launches.map(({ interfaces }) => JSON.stringify(normaliseInterfaces(interfaces))),
    ]);
    return new Map(rows.map(({ place, id }) => [place - 1, id]));
  }

  private async sheetsTx(tx: Tx, runs: readonly (Launch & { id: string })[]): Promise<void> {
    await queryTx(tx, writeSheets, [
      currentTenant().id,
      runs.map(({ id }) => id),
      runs.map(({ profile }) => profile.number),
      runs.map(({ profile }) => profile.name),
      runs.map(({ device }) => device.number),
      runs.map(({ device }) => device.name),
      runs.map(({ runAt }) => runAt),
      runs.map(({ details }) => JSON.stringify(details)),
    ]);
    await this.audit.recordAllTx(
      tx,
      runs.map(({ id, jobId, profile, device, interfaces, runAt }) => ({
        event: 'execution.requested',
        jobId,
        subject: { type: 'execution', id },
        after: { profile: profile.name, device: device.name, interfaces, runAt },
      })),
    );
  }
}
