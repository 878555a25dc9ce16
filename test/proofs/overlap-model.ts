// What the rules of jobs and groups promise, in plain objects and without a thought of speed or of what happens at the same time: one thing
// after the other. Written from docs/schedules.md, not from the SQL.
import type { IfBusy } from '../../src/executions/run-making.service.js';
import type { GroupRule } from '../../src/jobs/group.entity.js';
import type { OverlapPolicy } from '../../src/jobs/job.entity.js';

/** A job's rule. */
export interface ModelJob {
  readonly id: string;
  policy: OverlapPolicy;
  maxConcurrency: number | null;
  maxQueued: number;
  group: string | null;
  paused: boolean;
  interfaces: readonly string[];
}

/** A group's rule. */
export interface ModelGroup {
  readonly id: string;
  maxConcurrency: number | null;
  whenBusy: GroupRule;
  maxQueued: number;
}

/** `pending` stands for `scheduled` too: nothing but time lies between them. */
export type ModelState =
  | 'pending'
  | 'queued'
  | 'running'
  | 'cancelling'
  | 'force_cancelling'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'skipped';

/** A run. The order of the array of runs is the order in which they came. */
export interface ModelRun {
  readonly id: string;
  readonly job: string;
  /** When it was due; the line of a job goes by it. */
  readonly dueAt: number;
  readonly interfaces: readonly string[];
  state: ModelState;
  reason: string | null;
  /** Where a queued one waits. */
  at: 'job' | 'group' | null;
  agent: string | null;
  fence: number;
  /** It came to wait under `cancel_other`, so `replaceActive` follows. */
  readonly replaces: boolean;
}

/** A run that comes to be. */
export interface Arrival {
  readonly id: string;
  readonly dueAt: number;
  /** Absent: those of the job. */
  readonly interfaces?: readonly string[] | undefined;
}

/** What may differ from the rules. */
export interface ArrivalOptions {
  readonly byHand: boolean;
  readonly force?: boolean;
  readonly ifBusy?: IfBusy | undefined;
}

const HELD: readonly ModelState[] = ['running', 'cancelling', 'force_cancelling'];
const LIVE: readonly ModelState[] = ['pending', 'queued', ...HELD];

/** Whether the run has not ended. */
export const isLive = (run: ModelRun): boolean => LIVE.includes(run.state);
/** Whether a worker has it. */
export const isHeld = (run: ModelRun): boolean => HELD.includes(run.state);

/** The model. Every method leaves it settled: nothing waits where there is room. Those that answer a boolean say whether this can happen now. */
export class OverlapModel {
  readonly jobs = new Map<string, ModelJob>();
  readonly groups = new Map<string, ModelGroup>();
  runs: ModelRun[] = [];
  /**
   * Jobs for which a run by hand came to wait and has not replaced the others yet. Their gates are locked until it has, so nothing else happens to them but claims,
   * which ask no gate.
   */
  readonly locked = new Set<string>();
  /** Triggers that are due, with their jobs. */
  readonly due = new Map<string, string>();

  copy(): OverlapModel {
    const copy = new OverlapModel();
    for (const job of this.jobs.values()) copy.jobs.set(job.id, { ...job });
    for (const group of this.groups.values()) copy.groups.set(group.id, { ...group });
    for (const [trigger, job] of this.due) copy.due.set(trigger, job);
    for (const job of this.locked) copy.locked.add(job);
    copy.runs = this.runs.map((run) => ({ ...run }));
    return copy;
  }

  job(id: string): ModelJob {
    const job = this.jobs.get(id);
    if (job === undefined) throw new Error(`the model has no job ${id}`);
    return job;
  }

  run(id: string): ModelRun | undefined {
    return this.runs.find((run) => run.id === id);
  }

  /**
   * Runs that come to be in one statement, in order. Answers whether the last one was refused. Under `cancel_other` the newest waits after this
   * until `replaceActive` has made room: for runs by hand that is the same transaction, for those of triggers the next one.
   */
  arrive(jobId: string, arrivals: readonly Arrival[], options: ArrivalOptions): 'made' | 'refused' {
    const job = this.job(jobId);
    let last: 'made' | 'refused' = 'refused';
    let turnedAway = false;
    // Of several that come at once and find no room, `cancel_other` keeps the newest; the others never come to be.
    const free = replaces(job) ? Math.max(0, (job.maxConcurrency ?? Infinity) - this.activeOf(job)) : arrivals.length;
    for (const [i, arrival] of arrivals.entries()) {
      if (i >= free && i < arrivals.length - 1) {
        this.add(job, arrival, 'skipped', null, turnedAway ? 'group_busy' : 'superseded');
        continue;
      }
      const before = this.runs.length;
      last = this.arriveOne(job, arrival, options);
      turnedAway ||= this.runs.slice(before).some((run) => run.reason === 'group_busy');
      this.settle();
    }
    return last;
  }

  /** A run by hand. Answers whether it was refused. `replaceLocked` has to follow. */
  arriveByHand(jobId: string, arrival: Arrival, options: Omit<ArrivalOptions, 'byHand'> = {}): 'made' | 'refused' {
    const answer = this.arrive(jobId, [arrival], { ...options, byHand: true });
    if (this.run(arrival.id)?.replaces === true) this.locked.add(jobId);
    return answer;
  }

  /** The second half of a run by hand, in the same transaction. */
  replaceLocked(jobId: string): void {
    if (this.locked.delete(jobId)) this.replaceActive(jobId);
  }

  /** A trigger that is due fires: whoever fires it first has it. */
  takeDue(trigger: string): boolean {
    return this.due.delete(trigger);
  }

  pause(jobId: string, paused: boolean): void {
    const job = this.job(jobId);
    if (paused && !job.paused) for (const [trigger, of] of this.due) if (of === jobId) this.due.delete(trigger);
    job.paused = paused;
  }

  /** A worker takes a run. It must be pending, and nothing that the agent holds may have one of its interfaces. */
  claim(runId: string, agent: string, fence: number): boolean {
    const run = this.run(runId);
    if (run?.state !== 'pending' || fence !== run.fence + 1) return false;
    const taken = this.runs
      .filter((other) => isHeld(other) && other.agent === agent)
      .flatMap((other) => other.interfaces);
    if (run.interfaces.some((name) => taken.includes(name))) return false;
    Object.assign(run, { state: 'running', agent, fence });
    return true;
  }

  /** A worker says how an attempt ended. True: it was still its own. */
  end(
    runId: string,
    agent: string,
    fence: number,
    state: 'succeeded' | 'failed' | 'cancelled',
    again: boolean,
  ): boolean {
    const run = this.run(runId);
    if (run === undefined || !isHeld(run) || run.agent !== agent || run.fence !== fence) return false;
    run.agent = null;
    if (run.state === 'running' && again) run.state = 'pending';
    else if (run.state === 'force_cancelling') leave(run, 'cancelled', 'force_cancelled');
    else leave(run, state, state === 'succeeded' ? null : state === 'failed' ? 'exit_code' : 'cancelled');
    this.settle();
    return true;
  }

  /** Somebody cancels. False: it has ended already. */
  cancel(runId: string, byForce: boolean): boolean {
    const run = this.run(runId);
    if (run === undefined || !isLive(run)) return false;
    if (!isHeld(run)) leave(run, 'cancelled', 'cancelled');
    else if (byForce) run.state = 'force_cancelling';
    else if (run.state === 'running') run.state = 'cancelling';
    this.settle();
    return true;
  }

  changeJob(
    jobId: string,
    rule: Partial<Pick<ModelJob, 'policy' | 'maxConcurrency' | 'maxQueued' | 'interfaces'>>,
  ): void {
    Object.assign(this.job(jobId), rule);
    this.settle();
    this.replaceActive(jobId);
  }

  changeGroup(groupId: string, rule: Partial<Omit<ModelGroup, 'id'>>): void {
    Object.assign(this.groups.get(groupId) ?? {}, rule);
    this.settle();
  }

  move(jobId: string, group: string | null): void {
    const job = this.job(jobId);
    if (group !== job.group) {
      job.group = group;
      // Whoever waited for the old group waits for the new one, at the place in the line that the time of coming gives.
      for (const run of this.runs) {
        if (run.job !== jobId || run.at !== 'group' || group !== null) continue;
        run.state = 'pending';
        run.at = null;
      }
    }
    this.settle();
    this.replaceActive(jobId);
  }

  /** What the gate of a job or group has let through, and who waits there in which order. */
  gateOf(id: string): { active: number; line: string[] } {
    const job = this.jobs.get(id);
    return { active: job ? this.activeOf(job) : this.throughOf(id), line: this.waitingAt(id).map((run) => run.id) };
  }

  private arriveOne(job: ModelJob, arrival: Arrival, { byHand, force, ifBusy }: ArrivalOptions): 'made' | 'refused' {
    const add = (state: ModelState, at: ModelRun['at'] = null, reason: string | null = null): 'made' => {
      this.add(job, arrival, state, at, reason);
      return 'made';
    };
    if (job.maxConcurrency !== null && this.activeOf(job) >= job.maxConcurrency) {
      if (ifBusy === 'reject') return 'refused';
      if (ifBusy === 'skip') return add('skipped', null, 'overlap');
      if (replaces(job)) return add('queued', 'job');
      const room = job.policy === 'queue_all' ? job.maxQueued : job.policy === 'queue_one' ? 1 : 0;
      const waiting = this.waitingAt(job.id).length;
      if (waiting < room) return add('queued', 'job');
      if (ifBusy === 'queue') return waiting < job.maxQueued ? add('queued', 'job') : 'refused';
      return add('skipped', null, 'overlap');
    }
    const group = job.group === null ? undefined : this.groups.get(job.group);
    if (group === undefined || force === true || group.maxConcurrency === null) return add('pending');
    if (this.throughOf(group.id) < group.maxConcurrency) return add('pending');
    if (ifBusy === 'reject') return 'refused';
    if (ifBusy === 'skip') return add('skipped', null, 'group_busy');
    const waiting = this.waitingAt(group.id).length;
    if (group.whenBusy === 'queue' && waiting < group.maxQueued) return add('queued', 'group');
    if (ifBusy === 'queue') return waiting < group.maxQueued ? add('queued', 'group') : 'refused';
    return group.whenBusy === 'reject' && byHand ? 'refused' : add('skipped', null, 'group_busy');
  }

  private add(job: ModelJob, arrival: Arrival, state: ModelState, at: ModelRun['at'], reason: string | null): void {
    const { id, dueAt, interfaces = job.interfaces } = arrival;
    const replacing = at === 'job' && replaces(job);
    this.runs.push({
      id,
      dueAt,
      interfaces,
      job: job.id,
      state,
      reason,
      at,
      agent: null,
      fence: 0,
      replaces: replacing,
    });
  }

  /** Under `cancel_other` only the newest waits, and it takes the place of all older ones. */
  replaceActive(jobId: string): void {
    const job = this.job(jobId);
    if (!replaces(job) || this.waitingAt(job.id).length === 0) return;
    const live = this.runs.filter((run) => run.job === job.id && isLive(run));
    const newest = live.pop();
    if (newest?.at === 'job') this.replace(job, live);
    else for (const run of live) if (run.at === 'job') leave(run, 'skipped', 'superseded');
    this.settle();
  }

  private replace(job: ModelJob, others: readonly ModelRun[]): void {
    for (const run of others) {
      if (run.state === 'queued') leave(run, 'skipped', 'superseded');
      else if (run.state === 'pending') leave(run, 'cancelled', 'superseded');
      else if (job.policy === 'force_cancel_other') run.state = 'force_cancelling';
      else if (run.state === 'running') run.state = 'cancelling';
    }
  }

  /** Lets through what there is room for. */
  private settle(): void {
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

  /** Runs that the job has let through. */
  private activeOf(job: ModelJob): number {
    return this.runs.filter((run) => run.job === job.id && isLive(run) && run.at !== 'job').length;
  }

  private throughOf(groupId: string): number {
    return this.runs.filter((run) => isLive(run) && run.at === null && this.job(run.job).group === groupId).length;
  }

  /** In the order in which they will be let through: by the time at which they were due at a job, first in, first out at a group. */
  private waitingAt(id: string): ModelRun[] {
    if (this.jobs.has(id))
      return this.runs
        .filter((run) => run.at === 'job' && run.job === id)
        .sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1));
    return this.runs.filter((run) => run.at === 'group' && this.job(run.job).group === id);
  }
}

function leave(run: ModelRun, state: ModelState, reason: string | null): void {
  Object.assign(run, { state, reason, at: null });
}

function replaces(job: ModelJob): boolean {
  return job.policy === 'cancel_other' || job.policy === 'force_cancel_other';
}
