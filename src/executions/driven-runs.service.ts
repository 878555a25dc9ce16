import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentActor, currentTenant } from '../context/request-context.js';
import { Database, queryTx, type Tx } from '../database/database.js';
import { DomainError, notFound } from '../kernel/domain-error.js';
import { DRIVEN_FROM, isFinal, type DrivenState, type LiveState } from './execution.state.js';
import { lockGatesTx, NO_GATES, promoteTx, type RunInTx } from './gate-locks.js';
import { LiveRun } from './live-run.entity.js';
import { annotateRun } from './sql/annotate-run.js';
import { driveRun } from './sql/drive-run.js';
import { endDriven } from './sql/end-driven.js';
import { readExecution } from './sql/read-execution.js';

/** What a compatible API keeps beside a run: fields under its name, laid over those that are there; null takes one away. */
export interface RunNote {
  readonly api: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a client says of a run. */
export interface DrivenReport {
  readonly state: DrivenState;
  /** The states that it may come from, at most those of `DRIVEN_FROM`. */
  readonly from: readonly LiveState[];
  /** For an end other than a good one. */
  readonly error?: string | null;
  /** A machine-readable word; default `reported`. */
  readonly reason?: string;
  readonly note?: RunNote;
}

/**
 * Runs that a client drives: no worker takes them (`Job.driver`), the client says what they are at. A run of a worker's job that no worker has
 * taken may be driven too. Every report is one guarded statement; gates are freed by an end as by any other. For the tenant of the request.
 */
@Injectable()
export class DrivenRuns {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** Throws `not_found`, or `invalid_state` when a worker holds the run or it is in none of the states of `from`. */
  async report(id: string, report: DrivenReport): Promise<void> {
    await this.database.transaction(async (tx) => {
      const run = await tx.findOne(LiveRun, {
        where: { id, tenantId: currentTenant().id },
        select: { id: true, state: true, gateId: true, jobId: true },
      });
      if (run === null || !(await this.reportTx(tx, run, report))) return this.refuseTx(tx, id, report.state);
      if (report.note) await annotateTx(tx, id, report.note);
      await this.audit.recordTx(tx, {
        event: 'execution.reported',
        jobId: run.jobId,
        subject: { type: 'execution', id },
        before: { state: run.state },
        after: { state: report.state, error: report.error ?? null },
      });
    });
  }

  /** The same within a transaction, without the note and the audit entry; false: nothing changed. */
  async reportTx(tx: Tx, run: { id: string; gateId: string | null }, report: DrivenReport): Promise<boolean> {
    const { state } = report;
    const possible: readonly LiveState[] = DRIVEN_FROM[state];
    const from = report.from.filter((one) => possible.includes(one));
    const tenantId = currentTenant().id;
    if (!isFinal(state)) {
      return (await queryTx(tx, driveRun, [tenantId, run.id, from, state, currentActor()])).length > 0;
    }
    const within: RunInTx = (statement, values) => queryTx(tx, statement, values);
    const gates = run.gateId === null ? NO_GATES : await lockGatesTx(within, [run.gateId]);
    const error = report.error ? JSON.stringify({ type: 'reported', message: report.error }) : null;
    const reason = report.reason ?? (state === 'succeeded' ? null : 'reported');
    const values = [tenantId, [run.id], gates.ids, from, state, reason, error, currentActor()];
    const ended = await queryTx(tx, endDriven, values);
    await promoteTx(within, gates);
    return ended.length > 0;
  }

  private async refuseTx(tx: Tx, id: string, state: DrivenState): Promise<never> {
    const [now] = await queryTx<{ state: string; agentId: string | null }>(tx, readExecution, [currentTenant().id, id]);
    if (now === undefined) throw notFound('execution', id);
    const why = now.agentId === null || now.state === state ? '' : ' and in the hands of a worker';
    throw new DomainError('invalid_state', `Execution ${id} is ${now.state}${why}; it cannot be said to be ${state}.`);
  }
}

/** Keeps fields of an API beside a run, if there is one. */
export async function annotateTx(tx: Tx, id: string, { api, fields }: RunNote): Promise<void> {
  await queryTx(tx, annotateRun, [currentTenant().id, id, api, JSON.stringify(fields)]);
}
