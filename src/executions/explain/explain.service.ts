import { Inject, Injectable } from '@nestjs/common';
import { currentContext, currentTenant } from '../../context/request-context.js';
import { Database } from '../../database/database.js';
import { JobClassRules } from '../../jobs/job-class-rules.service.js';
import { JobsService } from '../../jobs/jobs.service.js';
import { notFound } from '../../kernel/domain-error.js';
import { explainAgents } from '../sql/explain-agents.js';
import { explainCrowd } from '../sql/explain-crowd.js';
import { explainJob as explainJobStatement } from '../sql/explain-job.js';
import { explainRun as explainRunStatement } from '../sql/explain-run.js';
import { MOST_AHEAD, MOST_LIVE, type AgentFacts, type CrowdFacts, type JobFacts, type RunFacts } from './facts.js';
import type { Reason } from './reason.js';
import { explainJob, explainRun } from './rules.js';

/** Agents that are looked at, the best fitting first. */
const MOST_AGENTS = 200;
const MOST_HOLDERS = 10;

/** What a statement reads of a run; the rest of its facts is looked up after it. */
type RunRow = Omit<RunFacts, 'classRefusal' | 'agents' | 'crowd'> & { readonly forbiddenJobClasses: string[] };
type JobRow = Pick<
  JobFacts,
  'now' | 'maxRunning' | 'dedicatedAgentsOnly' | 'live' | 'waitingId' | 'lastRun' | 'lastNotRun'
> & {
  readonly forbiddenJobClasses: string[];
};

/** What an explanation says about. */
type Wanted = Pick<RunFacts, 'requiredTags' | 'excludedTags' | 'interfaces'> &
  Partial<Pick<RunFacts, 'queueId' | 'priority' | 'runAt' | 'id' | 'gateId'>>;

/** An explanation of a run or a job as it was at one instant. */
export interface Explanation {
  readonly at: Date;
  readonly state: RunFacts['state'] | null;
  readonly reasons: readonly Reason[];
}

/**
 * Says why something of the tenant of the request does not run, or what happened to it. The facts are gathered in at most three statements,
 * however many runs and agents there are; what follows from them is decided by pure rules.
 */
@Injectable()
export class ExplainService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(JobsService) private readonly jobs: JobsService,
    @Inject(JobClassRules) private readonly classes: JobClassRules,
  ) {}

  /** Throws `not_found`. */
  async execution(id: string): Promise<Explanation> {
    const [row] = await this.database.query<RunRow>(explainRunStatement, [currentTenant().id, id]);
    if (row === undefined) throw notFound('execution', id);
    const isForWorkers = row.state === 'pending' && !row.isExternal;
    const isWaiting = isForWorkers || row.state === 'queued';
    const [agents, crowd] = await Promise.all([
      isForWorkers ? this.agents(row) : null,
      isWaiting ? this.crowd(row) : null,
    ]);
    const isUnfinished = row.finishedAt === null;
    const classRefusal = isUnfinished ? this.classes.refusal(row.jobClass, row.forbiddenJobClasses) : null;
    return { at: row.now, state: row.state, reasons: explainRun({ ...row, classRefusal, agents, crowd }) };
  }

  /** Throws `not_found`. */
  async job(id: string): Promise<Explanation> {
    const { job, triggers } = await this.jobs.get(id);
    const isForWorkers = job.driver === 'worker';
    const [[row], agents, crowd] = await Promise.all([
      this.database.query<JobRow>(explainJobStatement, [currentTenant().id, id, MOST_LIVE]),
      isForWorkers ? this.agents(job) : null,
      isForWorkers
        ? this.crowd({ requiredTags: job.requiredTags, excludedTags: job.excludedTags, interfaces: job.interfaces })
        : null,
    ]);
    if (row === undefined) throw notFound('job', id);
    const { jobClass, requiredTags, excludedTags, interfaces, paused: isPaused } = job;
    const reasons = explainJob({
      ...row,
      ...{ jobId: id, isPaused, triggers, jobClass, requiredTags, excludedTags, interfaces, agents, crowd },
      classRefusal: this.classes.refusal(jobClass, row.forbiddenJobClasses),
    });
    return { at: row.now, state: null, reasons };
  }

  private agents({ requiredTags, excludedTags }: Wanted): Promise<AgentFacts[]> {
    return this.database.query(explainAgents, [currentTenant().id, requiredTags, excludedTags, MOST_AGENTS]);
  }

  private async crowd(wanted: Wanted): Promise<CrowdFacts | null> {
    const { queueId, priority, runAt, id, gateId, interfaces, requiredTags, excludedTags } = wanted;
    const [row] = await this.database.query<CrowdFacts>(explainCrowd, [
      currentTenant().id,
      queueId ?? null,
      priority ?? null,
      runAt ?? null,
      id ?? null,
      gateId ?? null,
      interfaces,
      requiredTags,
      excludedTags,
      currentContext()?.principal?.isSystemAdmin ?? false,
      MOST_AHEAD,
      MOST_HOLDERS,
    ]);
    return row ?? null;
  }
}
