import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentActor, currentTenant } from '../context/request-context.js';
import { Database, queryTx } from '../database/database.js';
import { JobClassRules } from '../jobs/job-class-rules.service.js';
import { invalidField, notFound } from '../kernel/domain-error.js';
import { Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import { annotateTx, DrivenRuns, type RunNote } from './driven-runs.service.js';
import { WAITING_STATES, type FinalState } from './execution.state.js';
import { LiveRun } from './live-run.entity.js';
import { RunCommands, type RunOverrides } from './run-commands.service.js';
import { RunMaking } from './run-making.service.js';
import { deleteAnnotated } from './sql/delete-annotated.js';
import { planRun } from './sql/plan-run.js';

/** A run by hand with what a compatible API keeps beside it. */
export interface AnnotatedRun {
  readonly note: RunNote;
  /** It is checked and admitted like any other, and then ends well without having been run. */
  readonly isDry: boolean;
}

/** Which ended executions go. */
export interface Doomed {
  /** Objects of which the job's annotation contains one. */
  readonly ofJob: readonly Readonly<Record<string, unknown>>[];
  readonly states: readonly FinalState[];
  /** Those that came to be later stay. */
  readonly madeUntil: Date | null;
  /** So many of the newest stay. */
  readonly keep: number | null;
}

/** Makes runs for compatible APIs, for the tenant of the request. Every method is one transaction and answers the id or nothing. */
@Injectable()
export class AnnotatedRuns {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(RunCommands) private readonly commands: RunCommands,
    @Inject(RunMaking) private readonly making: RunMaking,
    @Inject(DrivenRuns) private readonly driven: DrivenRuns,
    @Inject(JobClassRules) private readonly classes: JobClassRules,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Throws what `RunCommands.runNow` throws. */
  async start(jobId: string, overrides: RunOverrides, { note, isDry }: AnnotatedRun): Promise<string> {
    const id = newId();
    const news = await this.database.transaction(async (tx) => {
      const made = await this.commands.runNowTx(tx, jobId, overrides, id);
      await annotateTx(tx, id, note);
      if (!isDry) return made;
      const { gateId } = await tx.findOneOrFail(LiveRun, { where: { id }, select: { id: true, gateId: true } });
      await this.driven.reportTx(tx, { id, gateId }, { state: 'succeeded', from: WAITING_STATES, reason: 'dry_run' });
      return null;
    });
    if (news !== null) this.making.tell(news);
    return id;
  }

  /**
   * Makes a run for later, which takes nobody's place until then; when it is due it waits for room, whatever the rule of its job or group says.
   * Throws `not_found`, `forbidden_class`, or `invalid_input` for an instant that has passed.
   */
  async plan(
    jobId: string,
    { runAt, parameters }: { readonly runAt: Date; readonly parameters: Readonly<Record<string, unknown>> },
    note: RunNote,
  ): Promise<string> {
    if (runAt <= this.clock.now())
      throw invalidField('/runAt', 'past', `/runAt is ${runAt.toISOString()}, which is over.`);
    const id = newId();
    await this.database.transaction(async (tx) => {
      const values = [currentTenant().id, id, jobId, runAt, JSON.stringify(parameters), currentActor()];
      const [made] = await queryTx<{ jobClass: string; forbiddenJobClasses: string[] }>(tx, planRun, values);
      if (made === undefined) throw notFound('job', jobId);
      this.classes.permit(made.jobClass, made.forbiddenJobClasses);
      await annotateTx(tx, id, note);
      const subject = { type: 'execution', id };
      await this.audit.recordTx(tx, { event: 'execution.planned', jobId, subject, after: { runAt, parameters } });
    });
    return id;
  }

  /** Removes ended executions of jobs that carry the annotation, with their output; answers how many. Those that another one repeats stay. */
  async deleteEnded(annotation: string, { ofJob, states, madeUntil, keep }: Doomed): Promise<number> {
    return this.database.transaction(async (tx) => {
      const marks = ofJob.map((one) => JSON.stringify(one));
      const values = [currentTenant().id, annotation, marks, states, madeUntil, keep];
      const [row] = await queryTx<{ removed: number }>(tx, deleteAnnotated, values);
      const removed = row?.removed ?? 0;
      const subject = { type: 'tenant', id: currentTenant().id, name: currentTenant().name };
      const after = { annotation, ofJob, states, madeUntil, keep, removed };
      if (removed > 0) await this.audit.recordTx(tx, { event: 'executions.deleted', subject, after });
      return removed;
    });
  }

  /** Lays fields over those that are kept beside a run, if there is one. */
  async note(id: string, note: RunNote): Promise<void> {
    await this.database.transaction((tx) => annotateTx(tx, id, note));
  }
}
