import { Inject, Injectable } from '@nestjs/common';
import { AuditLog, type AuditRecord } from '../audit-log/audit-log.service.js';
import { currentActor, currentTenant } from '../context/request-context.js';
import { Announcements, type News } from '../database/announcements.js';
import { columnsOf } from '../database/columns-of.js';
import { CommandPool } from '../database/command-pool.js';
import { queryTx, type Tx } from '../database/database.js';
import type { Queryable } from '../database/dispatch-pool.js';
import { JobClassRules } from '../jobs/job-class-rules.service.js';
import { normaliseInterfaces } from '../jobs/job-definition.js';
import { DomainError, notFound } from '../kernel/domain-error.js';
import type { ExecutionState } from './execution.state.js';
import type { ExecutionView } from './execution.view.js';
import { replaceActiveTx, type RunInTx } from './gate-locks.js';
import { GatheredRuns } from './gathered-runs.js';
import { JudgedClasses } from './judged-classes.js';
import { LimitedJobs } from './limited-jobs.js';
import { OwnWorker } from './own-worker.js';
import { classOfJob } from './sql/class-of-job.js';
import { enqueueAlone } from './sql/enqueue-alone.js';
import { enqueueFree } from './sql/enqueue-free.js';
import { enqueue } from './sql/enqueue.js';
import { queueForRun } from './sql/queue-for-run.js';
import { readExecution } from './sql/read-execution.js';

/** What shall happen to a run by hand that finds no room: nothing is made, it waits, or it is recorded as skipped. */
export const IF_BUSY = ['reject', 'queue', 'skip'] as const;
export type IfBusy = (typeof IF_BUSY)[number];

/** A run to be made. What is absent is as the job has it. */
export interface WantedRun {
  readonly id: string;
  readonly source: 'manual' | 'retry';
  readonly retryOf?: string;
  readonly args?: readonly unknown[] | undefined;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly runAt?: Date | undefined;
  readonly force?: boolean | undefined;
  readonly ifBusy?: IfBusy | undefined;
  /** Its end is told on the channel `ended`. */
  readonly isAwaited?: boolean;
}

/** The same with the job, and the queue of its own interfaces (`queueTx`) or null for that of the job. */
export interface PlacedRun extends WantedRun {
  readonly jobId: string;
  readonly queueId: number | null;
}

const NO_NEWS: News = { ready: null, delayed: null };

/** What became of a wanted run. `rejected`: nothing was made, because `refusedBy` has no room. */
export interface MadeRun {
  readonly id: string;
  readonly state: ExecutionState | 'rejected';
  readonly refusedBy: 'job' | 'group' | null;
  /** The execution as it was made, if it is the only one. */
  readonly view: ExecutionView | null;
}

/** What `enqueue` answers. */
interface Enqueued extends Omit<MadeRun, 'state' | 'view'>, News {
  readonly state: MadeRun['state'] | 'unjudged';
  readonly jobClass: string;
  readonly forbiddenJobClasses: string[];
  readonly replacing: string[] | null;
  /** Its job or group has a gate. */
  readonly isLimited: boolean | null;
}

/** What `enqueueFree` answers: the ids of the runs that are not due yet, beside the news. */
type Free = News & { scheduled: string[] };
type JobFacts = { jobClass: string; forbiddenJobClasses: string[]; isLimited: boolean };
type ViewRow = ExecutionView & Record<string, unknown>;

/** What was made, and what is to be told of it after the commit. */
export interface MadeRuns {
  readonly made: readonly MadeRun[];
  readonly news: News;
}

/** A gate that was made while we waited for the job, or rules that changed, are seen by the next statement. */
const ATTEMPTS = 4;

/** Makes runs by hand for the tenant of the request: one statement, whatever their number, and a word to the workers after it. */
@Injectable()
export class RunMaking {
  private readonly judged = new JudgedClasses();
  private readonly limited = new LimitedJobs();
  private readonly gathered: GatheredRuns;

  constructor(
    @Inject(CommandPool) private readonly pool: CommandPool,
    @Inject(Announcements) private readonly announcements: Announcements,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(JobClassRules) private readonly classes: JobClassRules,
    @Inject(OwnWorker) worker: OwnWorker,
  ) {
    this.gathered = new GatheredRuns(pool, announcements, worker, (tenantId) => this.judged.of(tenantId));
  }

  /**
   * Makes runs of one job, with one audit entry if any was made. All of them have the same `interfaces`, in the place of the job's. Answers what became of
   * each, in no particular order; then `tell` is to be called with `news`. Throws `not_found` and `forbidden_class`; then nothing is stored.
   */
  async make(
    jobId: string,
    runs: readonly WantedRun[],
    entry: AuditRecord,
    interfaces?: readonly string[],
  ): Promise<MadeRuns> {
    const isPlain = runs.length === 1 || runs.every(isAsManyOthers);
    const free =
      interfaces === undefined && isPlain && !this.limited.has(jobId) ? await this.makeFree(jobId, runs, entry) : null;
    return free ?? this.pool.transaction((tx) => this.makeLimited(tx, jobId, runs, entry, interfaces));
  }

  /** Without a transaction around it. Null: a rule limits the job, or somebody is changing it. */
  private async makeFree(jobId: string, runs: readonly WantedRun[], entry: AuditRecord): Promise<MadeRuns | null> {
    const made = await this.tryFree(jobId, runs, entry);
    if (made !== null || !(await this.judge(jobId))) return made;
    return this.tryFree(jobId, runs, entry);
  }

  private async tryFree(jobId: string, runs: readonly WantedRun[], entry: AuditRecord): Promise<MadeRuns | null> {
    const [first] = runs;
    if (first !== undefined && runs.length === 1) {
      const run = rowOf({ ...first, jobId, queueId: null });
      const view = await this.gathered.make(currentTenant().id, { run, entry: this.audit.valuesOf(entry) });
      return view && { made: [{ id: view.id, state: view.state, refusedBy: null, view }], news: NO_NEWS };
    }
    const [free] = await this.pool.run<Free>(enqueueFree, [
      currentTenant().id,
      runs.map(({ id }) => id),
      jobId,
      currentActor(),
      listOf(runs, ({ runAt }) => runAt),
      listOf(runs, ({ args }) => jsonOf(args)),
      listOf(runs, ({ parameters }) => jsonOf(parameters)),
      ...this.judged.of(currentTenant().id),
      ...this.audit.valuesOf(entry),
    ]);
    if (free === undefined) return null;
    const later = new Set(free.scheduled);
    const stateOf = (id: string): ExecutionState => (later.has(id) ? 'scheduled' : 'pending');
    return { made: runs.map(({ id }) => ({ id, state: stateOf(id), refusedBy: null, view: null })), news: free };
  }

  /** Judges the class of a job that nothing limits; false when that is no reason to try again. Throws `not_found` and `forbidden_class`. */
  private async judge(jobId: string): Promise<boolean> {
    const tenantId = currentTenant().id;
    const [job] = await this.pool.run<JobFacts>(classOfJob, [tenantId, jobId]);
    if (job === undefined) throw notFound('job', jobId);
    this.classes.permit(job.jobClass, job.forbiddenJobClasses);
    this.judged.permit(tenantId, job.forbiddenJobClasses, job.jobClass);
    if (job.isLimited) this.limited.add(jobId);
    return !job.isLimited;
  }

  /** What the new runs replace is stopped in the same transaction, so nothing can come in between. */
  private async makeLimited(
    tx: Queryable,
    jobId: string,
    runs: readonly WantedRun[],
    entry: AuditRecord,
    interfaces: readonly string[] | undefined,
  ): Promise<MadeRuns> {
    const run: RunInTx = tx.run.bind(tx);
    const queueId = interfaces === undefined ? null : await queueOf(run, jobId, interfaces);
    const rows = await this.enqueue(tx, jobId, runs, entry, queueId);
    await replaceActiveTx(run, rows[0]?.replacing ?? []);
    const [made, ...others] = rows.flatMap(madeOf);
    if (made === undefined || others.length > 0 || made.state === 'rejected')
      return { made: rows.flatMap(madeOf), news: rows[0] ?? NO_NEWS };
    const [view = null] = await tx.run<ViewRow>(readExecution, [currentTenant().id, made.id]);
    return { made: [{ ...made, view }], news: rows[0] ?? NO_NEWS };
  }

  /**
   * Makes runs of any jobs within a transaction that does more with them and writes their audit entries. Afterwards `tell` is to be called with `news`. Throws
   * `not_found` and `forbidden_class`; the transaction has to be undone then.
   */
  async makeTx(tx: Tx, runs: readonly PlacedRun[]): Promise<MadeRuns> {
    const client: RunInTx = (statement, values) => queryTx(tx, statement, values);
    const made = new Map<string, Enqueued>();
    const news = { ready: null as string | null, delayed: null as string | null };
    let missing = runs;
    for (let attempt = 1; attempt <= ATTEMPTS && missing.length > 0; attempt++) {
      const rows = (await client(enqueue, valuesOf(missing))) as Enqueued[];
      for (const row of rows) {
        this.classes.permit(row.jobClass, row.forbiddenJobClasses);
        made.set(row.id, row);
      }
      merge(news, rows[0]);
      await replaceActiveTx(client, rows[0]?.replacing ?? []);
      missing = missing.filter((run) => !made.has(run.id));
    }
    if (missing[0] !== undefined) throw notFound('job', missing[0].jobId);
    return { made: runs.flatMap(({ id }) => madeOf(made.get(id))), news };
  }

  /** Tells workers and schedulers of what was made, after the commit. */
  tell(news: News): void {
    this.announcements.tell(news);
  }

  /** The queue of runs with interfaces of their own. Throws `not_found` for the job. */
  queueTx(tx: Tx, jobId: string, interfaces: readonly string[]): Promise<number> {
    return queueOf((statement, values) => queryTx(tx, statement, values), jobId, interfaces);
  }

  private async enqueue(
    client: Queryable,
    jobId: string,
    runs: readonly WantedRun[],
    entry: AuditRecord,
    queueId: number | null,
  ): Promise<Enqueued[]> {
    const tenantId = currentTenant().id;
    const values = this.valuesOf(jobId, runs, entry, queueId);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const rows = await client.run<Enqueued & Record<string, unknown>>(enqueueAlone, values);
      const [first] = rows;
      if (first === undefined) continue;
      if (first.state !== 'unjudged') {
        if (first.isLimited === true) this.limited.add(jobId);
        return rows;
      }
      this.classes.permit(first.jobClass, first.forbiddenJobClasses);
      this.judged.permit(tenantId, first.forbiddenJobClasses, first.jobClass);
      values.splice(JUDGED_AT, 2, ...this.judged.of(tenantId));
    }
    throw notFound('job', jobId);
  }

  private valuesOf(jobId: string, runs: readonly WantedRun[], entry: AuditRecord, queueId: number | null): unknown[] {
    return [
      ...valuesOf(runs.map((run) => ({ ...run, jobId, queueId }))),
      ...this.judged.of(currentTenant().id),
      ...this.audit.valuesOf(entry),
    ];
  }
}

/** The error of a run that was rejected. */
export function busyError(jobId: string, ifBusy: IfBusy | undefined, refusedBy: 'job' | 'group' | null): DomainError {
  const where = refusedBy === 'group' ? `The group of job ${jobId}` : `Job ${jobId}`;
  const why =
    ifBusy === 'reject'
      ? 'ifBusy is reject, so nothing was made'
      : ifBusy === 'queue'
        ? 'as many as may wait are waiting already'
        : 'its rule says to refuse what finds no room; ifBusy queue would wait for it';
  return new DomainError('busy', `${where} has as many active runs as it may have: ${why}.`);
}

/** Where in the values the classes and patterns stand. */
const JUDGED_AT = 14;

function valuesOf(runs: readonly PlacedRun[]): unknown[] {
  return [currentTenant().id, ...columnsOf(runs.map(rowOf))];
}

/** By hand, with nothing but arguments and an instant of its own: `enqueueFree` makes many of these. */
function isAsManyOthers({ retryOf, isAwaited }: WantedRun): boolean {
  return retryOf === undefined && isAwaited !== true;
}

/** A value for each run, or none at all when no run has one. */
function listOf<Value>(runs: readonly WantedRun[], value: (run: WantedRun) => Value | undefined): (Value | null)[] {
  return runs.some((run) => value(run) !== undefined) ? runs.map((run) => value(run) ?? null) : [];
}

function jsonOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function rowOf(run: PlacedRun): unknown[] {
  return [
    run.id,
    run.jobId,
    run.source,
    run.retryOf ?? null,
    null,
    run.runAt ?? null,
    jsonOf(run.args) ?? null,
    jsonOf(run.parameters) ?? null,
    currentActor(),
    run.queueId,
    run.force ?? false,
    run.ifBusy ?? null,
    run.isAwaited ?? false,
  ];
}

async function queueOf(run: RunInTx, jobId: string, interfaces: readonly string[]): Promise<number> {
  const rows = await run(queueForRun, [currentTenant().id, jobId, normaliseInterfaces(interfaces)]);
  const [queue] = rows as { id: number }[];
  if (queue === undefined) throw notFound('job', jobId);
  return queue.id;
}

function madeOf(row: Enqueued | undefined): MadeRun[] {
  if (row === undefined) return [];
  return [{ id: row.id, state: row.state as MadeRun['state'], refusedBy: row.refusedBy, view: null }];
}

function merge(news: { ready: string | null; delayed: string | null }, more: News | undefined): void {
  if (more?.ready != null) news.ready = news.ready === null ? more.ready : `${news.ready},${more.ready}`;
  if (more?.delayed != null)
    news.delayed = news.delayed === null ? more.delayed : String(Math.min(Number(news.delayed), Number(more.delayed)));
}
