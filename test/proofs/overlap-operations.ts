// The operations of the proof of the overlap and group rules: each is done to the real thing and says afterwards what it means for the model.
import { newId } from '../../src/kernel/ids.js';
import { IF_BUSY } from '../../src/executions/run-making.service.js';
import { OVERLAP_POLICIES, type OverlapPolicy } from '../../src/jobs/job.entity.js';
import { onTime, type DueTriggerRow } from '../support/due-triggers.js';
import { anEnd, type Engine, type Replica } from '../support/engine.js';
import type { Step } from './linearise.js';
import { isHeld, isLive, type ModelJob, type ModelRun, type OverlapModel } from './overlap-model.js';

/** Interfaces that jobs and runs name. */
export const INTERFACES: readonly (readonly string[])[] = [[], [], ['eth0'], ['eth0', 'eth1'], ['eth1']];

/** What an operation knows. */
export interface World {
  readonly engine: Engine;
  /** That all jobs of this history require, so that its runs have queues of their own. */
  readonly tag: string;
  readonly agents: readonly string[];
  /** Random whole numbers from 0 to below the limit. */
  pick(limit: number): number;
  /** The gate with which a run was claimed last. */
  readonly gates: Map<string, string | null>;
  /** Instants of triggers that have been given out, each a second after the other and long before now. */
  nextInstantMs: number;
}

/** When runs were due, in microseconds since the epoch; known when the round is over. */
export type DueTimes = ReadonlyMap<string, number>;

/** Something to do at the same time as others. */
export interface Operation {
  readonly what: string;
  /** Does it through a connection of its own. */
  run(connection: Replica): Promise<(due: DueTimes, inHalves: boolean) => Step<OverlapModel>[]>;
}

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? '';
const always = (step: Step<OverlapModel>) => () => [step];
/** What cannot happen while the gate of the job is locked. */
const unlocked =
  (jobId: string, step: Step<OverlapModel>): Step<OverlapModel> =>
  (m) =>
    !m.locked.has(jobId) && step(m);
/** A run by hand: it comes, and then replaces others; claims may come in between, which is asked for (`inHalves`) only where nothing else explains what happened. */
const byHand = (
  jobId: string,
  come: (m: OverlapModel) => 'made' | 'refused',
  how: 'made' | 'refused',
  inHalves: boolean,
) => {
  const replaced: Step<OverlapModel> = (m) => {
    m.replaceLocked(jobId);
    return true;
  };
  const came = unlocked(jobId, (m) => come(m) === how);
  return inHalves ? [came, replaced] : [(m: OverlapModel) => came(m) && replaced(m)];
};
/** Whether it was done; false if it was refused with the code. Anything else is a fault. */
async function isDone(work: Promise<unknown>, refusal: string): Promise<boolean> {
  return work.then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) !== refusal) throw error;
      return false;
    },
  );
}

/** Draws one or more operations that fit the present state of the model; none if there is nothing for what was drawn. */
export async function draw(world: World, model: OverlapModel): Promise<Operation[]> {
  const kind = world.pick(20);
  if (kind < 5) return [runNow(world, model)];
  if (kind < 7) return fire(world, model);
  if (kind < 11) return [claim(world)];
  if (kind < 14) return end(world, model);
  if (kind < 16) return cancel(world, model);
  if (kind === 16) return retry(world, model);
  if (kind === 17) return [pause(world, model)];
  if (kind === 18) return [limit(world, model)];
  return [world.pick(2) === 0 ? move(world, model) : groupRule(world, model)];
}

const one = <T>(world: World, items: readonly T[]): T => {
  const item = items[world.pick(items.length)];
  if (item === undefined) throw new Error('nothing to draw from');
  return item;
};
const anyJob = (world: World, model: OverlapModel): ModelJob => one(world, [...model.jobs.values()]);
const anyRun = (world: World, model: OverlapModel, wanted: (run: ModelRun) => boolean): ModelRun[] => {
  const fitting = model.runs.filter(wanted);
  return fitting.length === 0 ? [] : [one(world, fitting)];
};

function runNow(world: World, model: OverlapModel): Operation {
  const { engine } = world;
  const job = anyJob(world, model);
  const force = world.pick(5) === 0;
  const ifBusy = world.pick(2) === 0 ? undefined : one(world, IF_BUSY);
  const interfaces = world.pick(6) === 0 ? one(world, INTERFACES) : undefined;
  return {
    what: `run ${job.policy} force=${force} ifBusy=${ifBusy} interfaces=${interfaces?.join('+')}`,
    run: async () => {
      const id = newId();
      const start = engine.asTenant(() =>
        engine.commands.runNow(job.id, { force, ifBusy, interfaces }, { id, isAwaited: false }),
      );
      const made = (await isDone(start, 'busy')) ? 'made' : 'refused';
      return (due, inHalves) => {
        const arrival = { id, dueAt: due.get(id) ?? 0, interfaces };
        return byHand(job.id, (m) => m.arriveByHand(job.id, arrival, { force, ifBusy }), made, inHalves);
      };
    },
  };
}

/** Two replicas may fire the same triggers. */
async function fire(world: World, model: OverlapModel): Promise<Operation[]> {
  const { engine } = world;
  const job = anyJob(world, model);
  if (job.paused) return [];
  const triggers = await dueTriggers(world, job.id, 1 + world.pick(3));
  for (const { id } of triggers) model.due.set(id, job.id);
  const operation: Operation = {
    what: `fire ${triggers.length} of ${job.policy}`,
    run: async ({ firing }) => {
      const won = await firing.fire(triggers.map((trigger) => onTime(trigger, { nextAtMs: null })));
      const rows = await engine.sql<{ id: string }>(
        'SELECT id FROM executions WHERE trigger_id = ANY ($1) ORDER BY scheduled_for, id',
        [[...won]],
      );
      const made: (due: DueTimes) => Step<OverlapModel> = (due) => (m) => {
        if (rows.length !== won.size || [...won].some((trigger) => !m.takeDue(trigger))) return false;
        const arrivals = rows.map(({ id }) => ({ id, dueAt: due.get(id) ?? 0 }));
        m.arrive(job.id, arrivals, { byHand: false });
        return true;
      };
      const replaced: Step<OverlapModel> = (m) => {
        if (rows.some(({ id }) => m.run(id)?.replaces === true)) m.replaceActive(job.id);
        return true;
      };
      return (due) => (won.size === 0 ? [] : [unlocked(job.id, made(due)), unlocked(job.id, replaced)]);
    },
  };
  return world.pick(2) === 0 ? [operation] : [operation, operation];
}

async function dueTriggers(world: World, jobId: string, count: number): Promise<DueTriggerRow[]> {
  const rows = Array.from({ length: count }, () => ({
    id: newId(),
    dueAtMs: (world.nextInstantMs += 1_000),
    version: 1,
  }));
  await world.engine.sql(
    `INSERT INTO triggers (id, tenant_id, job_id, kind, spec, next_fire_at, created_by)
     SELECT u.id, $3, $4, 'interval', jsonb_build_object('everyMs', 60000, 'anchorAt', u.at::text), u.at, 'test' FROM unnest($1::uuid[], $2::timestamptz[]) u(id, at)`,
    [rows.map(({ id }) => id), rows.map(({ dueAtMs }) => new Date(dueAtMs)), world.engine.tenantId, jobId],
  );
  return rows;
}

function claim(world: World): Operation {
  const { engine, gates } = world;
  const agentId = one(world, world.agents);
  const most = 1 + world.pick(4);
  return {
    what: `claim ${most}`,
    run: async ({ queue, firing }) => {
      await firing.releaseDelayed(10);
      const queues = await engine.sql<{ id: number }>('SELECT id FROM queues WHERE required_tags @> ARRAY[$1]', [
        world.tag,
      ]);
      const runs = await queue.claim(
        agentId,
        queues.map(({ id }) => ({ id, rank: 0 })),
        most,
        most,
      );
      for (const run of runs) gates.set(`${run.id} ${run.fence}`, run.gateId);
      return always((m) => runs.every((run) => m.claim(run.id, agentId, run.fence)));
    },
  };
}

/** Sometimes two say it, or one whose attempt is long over. */
function end(world: World, model: OverlapModel): Operation[] {
  return anyRun(world, model, isHeld).flatMap((run) => {
    const { agent, id } = run;
    if (agent === null) return [];
    const fence = run.fence - (world.pick(6) === 0 ? 1 : 0);
    const state =
      run.state === 'running'
        ? one(world, ['succeeded', 'failed'] as const)
        : one(world, ['succeeded', 'cancelled'] as const);
    const again = world.pick(4) === 0;
    const reason = state === 'failed' ? 'exit_code' : state === 'cancelled' ? 'cancelled' : null;
    const operation: Operation = {
      what: `end ${state} again=${again} late=${fence !== run.fence} of ${model.job(run.job).policy}`,
      run: async ({ queue }) => {
        const gateId = world.gates.get(`${id} ${run.fence}`) ?? null;
        const kept = await queue.finish(agent, [
          anEnd({ id, fence, gateId }, { state, reason, retryAt: again ? new Date() : null }),
        ]);
        return always(unlocked(run.job, (m) => m.end(id, agent, fence, state, again) === kept.has(id)));
      },
    };
    return world.pick(5) === 0 ? [operation, operation] : [operation];
  });
}

function cancel(world: World, model: OverlapModel): Operation[] {
  return anyRun(world, model, isLive).map(({ id, state, job }) => {
    const { engine } = world;
    const byForce = world.pick(3) === 0;
    return {
      what: `${byForce ? 'force-cancel' : 'cancel'} ${state} of ${model.job(job).policy}`,
      run: async () => {
        const asked = engine.asTenant(() => (byForce ? engine.commands.forceCancel(id) : engine.commands.cancel(id)));
        const done = await isDone(asked, 'invalid_state');
        return always(unlocked(job, (m) => m.cancel(id, byForce) === done));
      },
    };
  });
}

function retry(world: World, model: OverlapModel): Operation[] {
  return anyRun(world, model, (run) => !isLive(run)).map((old) => {
    const { engine } = world;
    return {
      what: `retry of ${model.job(old.job).policy}`,
      run: async () => {
        let id = '';
        const asked = engine.asTenant(async () => (id = (await engine.commands.retry(old.id)).id));
        const made = (await isDone(asked, 'busy')) ? 'made' : 'refused';
        const { interfaces } = old;
        return (due, inHalves) => {
          const arrival = { id, dueAt: due.get(id) ?? 0, interfaces };
          return byHand(old.job, (m) => m.arriveByHand(old.job, arrival), made, inHalves);
        };
      },
    };
  });
}

function pause(world: World, model: OverlapModel): Operation {
  const { engine } = world;
  const { id, policy, paused } = anyJob(world, model);
  return {
    what: `${paused ? 'resume' : 'pause'} ${policy}`,
    run: async () => {
      await engine.asTenant(() => (paused ? engine.edits.resume(id, undefined) : engine.edits.pause(id, undefined)));
      return always((m) => {
        m.pause(id, !paused);
        return true;
      });
    },
  };
}

function limit(world: World, model: OverlapModel): Operation {
  const { engine } = world;
  const job = anyJob(world, model);
  const policy: OverlapPolicy = world.pick(2) === 0 ? job.policy : one(world, OVERLAP_POLICIES);
  const interfaces = world.pick(3) === 0 ? one(world, INTERFACES) : job.interfaces;
  const maxConcurrency = policy === 'allow' ? null : 1 + world.pick(3);
  const maxQueued = 1 + world.pick(3);
  return {
    what: `limits of ${job.policy}: ${policy} ${maxConcurrency} ${maxQueued} ${interfaces.join()}`,
    run: async () => {
      const change = {
        overlapPolicy: policy,
        maxQueued,
        interfaces: [...interfaces],
        ...(maxConcurrency !== null && { maxConcurrency }),
      };
      await engine.asTenant(() => engine.edits.patch(job.id, change, undefined));
      const changed: Step<OverlapModel> = (m) => {
        m.changeJob(job.id, { policy, maxConcurrency, maxQueued, interfaces });
        return true;
      };
      return always(unlocked(job.id, changed));
    },
  };
}

function groupRule(world: World, model: OverlapModel): Operation {
  const { engine } = world;
  const { id, whenBusy } = one(world, [...model.groups.values()]);
  const rule = {
    maxConcurrency: one(world, [null, 1, 2, 3]),
    maxQueued: 1 + world.pick(3),
    whenBusy: world.pick(3) === 0 ? one(world, ['queue', 'skip', 'reject'] as const) : whenBusy,
  };
  return {
    what: `group rule of ${whenBusy}: ${Object.values(rule).join(' ')}`,
    run: async () => {
      await engine.asTenant(() => engine.groups.patch(id, rule, undefined));
      return always((m) => {
        m.changeGroup(id, rule);
        return true;
      });
    },
  };
}

function move(world: World, model: OverlapModel): Operation {
  const { engine } = world;
  const job = anyJob(world, model);
  const group = one(world, [null, ...model.groups.keys()]);
  return {
    what: `move ${job.policy} to ${group === null ? 'none' : model.groups.get(group)?.whenBusy}`,
    run: async () => {
      await engine.asTenant(() => engine.edits.patch(job.id, { group }, undefined));
      const moved: Step<OverlapModel> = (m) => {
        m.move(job.id, group);
        return true;
      };
      return always(unlocked(job.id, moved));
    },
  };
}
