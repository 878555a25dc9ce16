// What the rules of jobs and groups promise, in plain objects and without a thought of speed: a run comes to its job first, and what the job
// lets through comes to the group. Written from docs/schedules.md, not from the SQL.
import type { IfBusy } from '../../src/executions/run-making.service.js';
import type { GroupRule } from '../../src/jobs/group.entity.js';
import type { OverlapPolicy } from '../../src/jobs/job.entity.js';

/** A job's rule. */
export interface ModelJob {
  readonly id: string;
  readonly policy: OverlapPolicy;
  readonly maxConcurrency: number | null;
  readonly maxQueued: number;
  group: string | null;
}

/** A group's rule. */
export interface ModelGroup {
  readonly id: string;
  maxConcurrency: number | null;
  readonly whenBusy: GroupRule;
  readonly maxQueued: number;
}

type State =
  'pending' | 'queued' | 'running' | 'cancelling' | 'force_cancelling' | 'succeeded' | 'cancelled' | 'skipped';

/** A run; `at` says where a queued one waits. The order of the array of runs is the order in which they came. */
export interface ModelRun {
  readonly id: string;
  readonly job: ModelJob;
  /** Instants of triggers lie before those of runs by hand, which the line of a job goes by. */
  readonly source: 'manual' | 'trigger';
  state: State;
  at: 'job' | 'group' | null;
}

const LIVE: readonly State[] = ['pending', 'queued', 'running', 'cancelling', 'force_cancelling'];

/** The model. Every method leaves it settled: nothing waits where there is room. */
export class GateModel {
  readonly jobs = new Map<string, ModelJob>();
  readonly groups = new Map<string, ModelGroup>();
  readonly runs: ModelRun[] = [];

  isLive(run: ModelRun): boolean {
    return LIVE.includes(run.state);
  }

  /** Runs that come to be in one statement, in order. Answers what became of the last one. */
  arrive(
    job: ModelJob,
    ids: readonly string[],
    source: 'manual' | 'trigger',
    force: boolean,
    ifBusy: IfBusy | null,
  ): State | 'rejected' {
    let last: State | 'rejected' = 'rejected';
    // Of several that come at once and find no room, `cancel_other` keeps the newest; the others never come to be.
    const free = replaces(job) ? Math.max(0, (job.maxConcurrency ?? 1) - this.activeOf(job)) : ids.length;
    for (const [i, id] of ids.entries()) {
      if (i >= free && i < ids.length - 1) {
        this.runs.push({ id, job, source, state: 'skipped', at: null });
        continue;
      }
      last = this.arriveOne(job, id, source, force, ifBusy);
      this.settle();
    }
    return last;
  }

  private arriveOne(
    job: ModelJob,
    id: string,
    source: 'manual' | 'trigger',
    force: boolean,
    ifBusy: IfBusy | null,
  ): State | 'rejected' {
    const add = (state: State, at: ModelRun['at'] = null): State => {
      this.runs.push({ id, job, source, state, at });
      return state;
    };
    if (job.maxConcurrency !== null && this.activeOf(job) >= job.maxConcurrency) {
      if (ifBusy === 'reject') return 'rejected';
      if (ifBusy === 'skip') return add('skipped');
      if (replaces(job)) {
        this.replace(job);
        return add('queued', 'job');
      }
      const room = job.policy === 'skip' ? 0 : job.policy === 'queue_one' ? 1 : job.maxQueued;
      const waiting = this.waitingAt(job.id).length;
      if (waiting < room) return add('queued', 'job');
      if (ifBusy === 'queue') return waiting < job.maxQueued ? add('queued', 'job') : 'rejected';
      return add('skipped');
    }
    const group = job.group === null ? undefined : this.groups.get(job.group);
    if (group === undefined || force || group.maxConcurrency === null) return add('pending');
    if (this.throughOf(group.id) < group.maxConcurrency) return add('pending');
    if (ifBusy === 'reject') return 'rejected';
    if (ifBusy === 'skip') return add('skipped');
    const waiting = this.waitingAt(group.id).length;
    if (group.whenBusy === 'queue' && waiting < group.maxQueued) return add('queued', 'group');
    if (ifBusy === 'queue') return waiting < group.maxQueued ? add('queued', 'group') : 'rejected';
    return group.whenBusy === 'reject' && source === 'manual' ? 'rejected' : add('skipped');
  }

  end(run: ModelRun, state: 'succeeded' | 'cancelled'): void {
    run.state = state;
    this.settle();
  }

  cancel(run: ModelRun): void {
    if (run.state === 'running') run.state = 'cancelling';
    else if (run.state === 'pending' || run.state === 'queued') this.leave(run, 'cancelled');
    this.settle();
  }

  move(job: ModelJob, group: string | null): void {
    if (group !== job.group) {
      job.group = group;
      // Whoever waited for the old group waits for the new one, at the place in the line that the time of coming gives.
      for (const run of this.runs) {
        if (run.job !== job || run.at !== 'group' || group !== null) continue;
        run.state = 'pending';
        run.at = null;
      }
    }
    this.settle();
  }

  /** Lets through what there is room for. */
  settle(): void {
    for (const job of this.jobs.values()) {
      for (const run of this.waitingAt(job.id)) {
        if (job.maxConcurrency !== null && this.activeOf(job) >= job.maxConcurrency) break;
        run.at = job.group === null ? null : 'group';
        run.state = job.group === null ? 'pending' : 'queued';
      }
    }
    for (const group of this.groups.values()) {
      for (const run of this.waitingAt(group.id)) {
        if (group.maxConcurrency !== null && this.throughOf(group.id) >= group.maxConcurrency) break;
        run.at = null;
        run.state = 'pending';
      }
    }
  }

  countersOf(id: string): { active: number; queued: number } {
    const job = this.jobs.get(id);
    return { active: job ? this.activeOf(job) : this.throughOf(id), queued: this.waitingAt(id).length };
  }

  private replace(job: ModelJob): void {
    for (const run of this.runs.filter((r) => r.job === job && this.isLive(r))) {
      if (run.state === 'queued') this.leave(run, 'skipped');
      else if (run.state === 'pending') this.leave(run, 'cancelled');
      else if (job.policy === 'force_cancel_other') run.state = 'force_cancelling';
      else if (run.state === 'running') run.state = 'cancelling';
    }
  }

  private leave(run: ModelRun, state: State): void {
    run.state = state;
    run.at = null;
  }

  /** Runs that the job has let through. */
  private activeOf(job: ModelJob): number {
    return this.runs.filter((run) => run.job === job && this.isLive(run) && run.at !== 'job').length;
  }

  private throughOf(groupId: string): number {
    return this.runs.filter((run) => run.job.group === groupId && this.isLive(run) && run.at === null).length;
  }

  /** In the order in which they will be let through. */
  private waitingAt(id: string): ModelRun[] {
    const atJob = this.runs.filter((run) => run.at === 'job' && run.job.id === id);
    if (atJob.length > 0)
      return [...atJob.filter((r) => r.source === 'trigger'), ...atJob.filter((r) => r.source === 'manual')];
    return this.runs.filter((run) => run.at === 'group' && run.job.group === id);
  }
}

function replaces(job: ModelJob): boolean {
  return job.policy === 'cancel_other' || job.policy === 'force_cancel_other';
}
