import { Inject, Injectable } from '@nestjs/common';
import { UserNumbers } from '../../auth/user-numbers.service.js';
import { ExecutionSearch, type SheetedExecution } from '../../executions/execution-search.service.js';
import { WAITING_STATES } from '../../executions/execution.state.js';
import { Launches } from '../../executions/launches.service.js';
import type { RawBody } from '../../http/raw-body.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { BodyFields, readId } from './body-fields.js';
import { enveloped, type Envelope, type ListEnvelope } from './envelope.wire.js';
import type { NeededInterface } from './interfaces.js';
import { jobFields } from './job-fields.js';
import { toWireJob, type CdrouterJob } from './job.wire.js';
import { LaunchPlans, readLaunch, type LaunchRequest } from './launch-plans.service.js';
import { readListQuery, type Query } from './list-query.js';
import { linksOf, offsetOf } from './paging.js';
import { noSuch } from './refusals.js';

/** Jobs as CDRouter's clients see them, one at a time and in pages. */
@Injectable()
export class CdrouterJobs {
  constructor(
    @Inject(ExecutionSearch) private readonly executions: ExecutionSearch,
    @Inject(Launches) private readonly launches: Launches,
    @Inject(LaunchPlans) private readonly plans: LaunchPlans,
    @Inject(UserNumbers) private readonly users: UserNumbers,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Throws `invalid_input`. */
  async list(query: Query): Promise<ListEnvelope<CdrouterJob>> {
    const { search, ...paging } = readListQuery(query, await this.fieldsFor(query));
    const offset = offsetOf(paging);
    const cut = offset === null ? { offset: 0, limit: 0 } : { offset, limit: paging.limit };
    const { rows, total } = await this.executions.search({ ...search, ...cut });
    return { ...enveloped(await this.wire(rows), this.clock.now()), links: linksOf(paging, total) };
  }

  /** The fields of jobs; users are only looked for where the query speaks of them. */
  async fieldsFor(query: Query): Promise<ReturnType<typeof jobFields>> {
    const speaksOfUsers = JSON.stringify([query['filter'], query['sort']]).includes('user_id');
    return jobFields(speaksOfUsers ? await this.users.byName(null) : new Map());
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<Envelope<CdrouterJob>> {
    const [job] = await this.wire([await this.find(id)]);
    if (job === undefined) throw noSuch('job');
    return enveloped(job, this.clock.now());
  }

  /** Throws `invalid_input`, `not_found` for what it names, `forbidden_class`, `busy`. */
  async launch(body: RawBody | null | undefined): Promise<Envelope<CdrouterJob>> {
    const [job] = await this.launchAll([readLaunch(BodyFields.of(body))]);
    if (job === undefined) throw noSuch('job');
    return enveloped(job, this.clock.now());
  }

  /** All or none of them, in the same order. Throws like `launch`. */
  async launchAll(requests: readonly LaunchRequest[]): Promise<CdrouterJob[]> {
    if (requests.length === 0) return [];
    const plans = await this.plans.plan(requests);
    const ids = await this.launches.launch(plans.map(({ launch }) => launch));
    const byId = new Map((await this.executions.byIds(ids)).map((row) => [row.id, row]));
    return this.wire(ids.flatMap((id) => byId.get(id) ?? []));
  }

  /** What a launch would hold. Makes nothing. Throws like `launch`. */
  async interfaces(body: RawBody | null | undefined): Promise<Envelope<readonly NeededInterface[]>> {
    const [plan] = await this.plans.plan([readLaunch(BodyFields.of(body))]);
    return enveloped(plan?.interfaces ?? [], this.clock.now());
  }

  /**
   * Launches the job again under its id, with another package, device or config; what the body does not name stays. Throws `not_found`, `invalid_input`, and
   * `invalid_state` when it is not pending any more.
   */
  async edit(id: string, body: RawBody | null | undefined): Promise<Envelope<CdrouterJob>> {
    const fields = BodyFields.of(body);
    const row = await this.findAsIs(id);
    if (!(WAITING_STATES as readonly string[]).includes(row.state))
      throw new DomainError('invalid_state', `job ${row.number} is not pending any more, so it cannot be edited`);
    const old = toWireJob(row, new Map());
    const [plan] = await this.plans.plan([
      {
        packageId: fields.id('package_id') ?? old.package_id,
        deviceId: fields.has('device_id') ? fields.id('device_id') : known(old.device_id),
        configId: fields.has('config_id') ? fields.id('config_id') : known(old.config_id),
        options: row.details?.['options'] ?? {},
        runAt: row.launchedFor ?? undefined,
      },
    ]);
    if (plan === undefined) throw noSuch('package');
    await this.launches.replace({ id: row.id, number: row.number, createdAt: row.createdAt }, plan.launch);
    return this.get(row.number);
  }

  /** What waits is cancelled, what runs is stopped; either is gone for this API. Throws `not_found`. */
  async delete(id: string): Promise<void> {
    const row = await this.findAsIs(id);
    if ((await this.launches.dismiss([row.id], { alsoHeld: true })) === 0) throw noSuch('job');
  }

  private async find(id: string): Promise<SheetedExecution> {
    return there(await this.executions.find(numberOf(id)));
  }

  /** For what may be refused: a refusal leaves nothing behind, not even the number of a result. */
  private async findAsIs(id: string): Promise<SheetedExecution> {
    return there(await this.executions.findAsIs(numberOf(id)));
  }

  private async wire(rows: readonly SheetedExecution[]): Promise<CdrouterJob[]> {
    const names = [...new Set(rows.flatMap(({ createdBy }) => createdBy ?? []))];
    const users = await this.users.byName(names);
    return rows.map((row) => toWireJob(row, users));
  }
}

function numberOf(id: string): string {
  const number = readId(id);
  if (number === null) throw noSuch('job');
  return number;
}

function there(row: SheetedExecution | undefined): SheetedExecution {
  if (row === undefined) throw noSuch('job');
  return row;
}

function known(id: string): string | undefined {
  return id === '0' ? undefined : id;
}
