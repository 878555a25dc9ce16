import { Inject, Injectable } from '@nestjs/common';
import { UserNumbers } from '../../auth/user-numbers.service.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { RawBody } from '../../http/raw-body.js';
import { JobEdits } from '../../jobs/job-edits.service.js';
import type { CreateJobDto } from '../../jobs/job-input.dto.js';
import { JobSearch } from '../../jobs/job-search.service.js';
import { JobsService } from '../../jobs/jobs.service.js';
import type { JobView } from '../../jobs/job.dto.js';
import { TriggersService } from '../../jobs/triggers.service.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { BodyFields, readId } from './body-fields.js';
import { enveloped, type Envelope, type ListEnvelope } from './envelope.wire.js';
import type { NeededInterface } from './interfaces.js';
import { asksForInterfaces, readListQuery, type Query } from './list-query.js';
import { PackageFields } from './package-fields.service.js';
import { readPackage } from './package-input.js';
import { ANNOTATION, notesOf, type PackageNotes } from './package-model.js';
import { SCHEDULE_NAME, scheduleOf, toWirePackage, type CdrouterPackage } from './package.wire.js';
import { linksOf, offsetOf } from './paging.js';
import { References } from './references.service.js';
import { badField, noSuch } from './refusals.js';

/** Packages are jobs; what only CDRouter knows of them stands in their annotations. */
@Injectable()
export class CdrouterPackages {
  constructor(
    @Inject(JobSearch) private readonly search: JobSearch,
    @Inject(JobsService) private readonly jobs: JobsService,
    @Inject(JobEdits) private readonly edits: JobEdits,
    @Inject(TriggersService) private readonly triggers: TriggersService,
    @Inject(References) private readonly references: References,
    @Inject(PackageFields) private readonly fields: PackageFields,
    @Inject(UserNumbers) private readonly users: UserNumbers,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'cdrouterJobClass'>,
  ) {}

  /** Throws `invalid_input`. */
  async list(query: Query): Promise<ListEnvelope<CdrouterPackage>> {
    const { search, isDetailed, ...paging } = readListQuery(query, await this.fields.forQuery(query));
    const offset = offsetOf(paging);
    const cut = offset === null ? { offset: 0, limit: 0 } : { offset, limit: paging.limit };
    const { rows, total } = await this.search.search({ ...search, ...cut });
    const users = await this.users.byName([...new Set(rows.map(({ job }) => job.createdBy))]);
    const data = rows.map((view) => toWirePackage(view, users, isDetailed));
    return { ...enveloped(data, this.clock.now()), links: linksOf(paging, total) };
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<Envelope<CdrouterPackage>> {
    return this.answer(await this.find(id));
  }

  /** Creates a package, or says which interfaces it would need (`process=interfaces`) and makes nothing. Throws like `create`. */
  async post(
    query: Query,
    body: RawBody | null | undefined,
  ): Promise<Envelope<CdrouterPackage | readonly NeededInterface[]>> {
    if (!asksForInterfaces(query)) return this.create(body);
    const { notes } = readPackage(BodyFields.of(body));
    await this.references.check(notes);
    return enveloped(await this.references.neededBy(notes), this.clock.now());
  }

  /** Throws `invalid_input`, `not_found` for the config or device, `never_fires`, `forbidden_class`; then nothing is stored. */
  async create(body: RawBody | null | undefined): Promise<Envelope<CdrouterPackage>> {
    const input = readPackage(BodyFields.of(body));
    const { name } = input.job;
    if (name === undefined) throw badField('name', null, 'the name of the package');
    await this.references.check(input.notes);
    const job: CreateJobDto = { ...input.job, name, jobClass: this.config.cdrouterJobClass };
    const triggers = input.schedule?.spec ? [scheduleTrigger(input.schedule)] : [];
    const made = await saying(
      input.schedule?.spec,
      this.edits.create(
        { ...job, interfaces: await this.references.interfacesOf(input.notes), triggers },
        { annotations: { [ANNOTATION]: input.notes } },
      ),
    );
    return this.answer(made);
  }

  /** Changes what the body holds; null leaves what is there. Throws `not_found`, and like `create`. */
  async edit(id: string, body: RawBody | null | undefined): Promise<Envelope<CdrouterPackage>> {
    const view = await this.find(id);
    const input = readPackage(BodyFields.of(body));
    await this.references.check(input.notes);
    const before = notesOf(view);
    const options = input.notes.options && { ...before.options, ...input.notes.options };
    const notes: PackageNotes = { ...before, ...input.notes, ...(options && { options }) };
    const interfaces = await this.references.interfacesOf(notes);
    const annotations = { ...view.job.annotations, [ANNOTATION]: notes };
    const old = scheduleOf(view);
    const { schedule } = input;
    const jobInput = { ...input.job, ...(interfaces.length > 0 && { interfaces }) };
    await saying(
      schedule?.spec,
      this.edits.patch(
        view.job.id,
        jobInput,
        undefined,
        async (tx, job) => {
          if (schedule?.spec) await this.triggers.putTx(tx, job, old?.id ?? null, scheduleTrigger(schedule));
        },
        annotations,
      ),
    );
    if (old !== undefined && schedule?.spec === '') await this.triggers.delete(view.job.id, old.id, undefined);
    return this.answer(await this.jobs.get(view.job.id));
  }

  /** Its pending jobs are cancelled, running ones go on. Throws `not_found`. */
  async delete(id: string): Promise<void> {
    await this.edits.delete((await this.find(id)).job.id, undefined);
  }

  private async find(id: string): Promise<JobView> {
    const number = readId(id);
    const [view] = number === null ? [] : await this.search.some([number]);
    if (view === undefined) throw noSuch('package');
    return view;
  }

  private async answer(view: JobView): Promise<Envelope<CdrouterPackage>> {
    const users = await this.users.byName([view.job.createdBy]);
    return enveloped(toWirePackage(view, users, true), this.clock.now());
  }
}

function scheduleTrigger({ spec, enabled }: { readonly spec: string; readonly enabled: boolean }) {
  return { kind: 'cron' as const, expression: spec, timeZone: 'UTC', name: SCHEDULE_NAME, paused: !enabled };
}

/** What is wrong with a schedule is said of the field that the client knows. */
async function saying<T>(spec: string | undefined, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    const isOfSchedule =
      error instanceof DomainError &&
      (error.code === 'never_fires' || error.fields.some(({ field }) => field.includes('expression')));
    if (!isOfSchedule) throw error;
    throw badField('schedule.spec', spec, `a cron expression that fires (${error.message})`);
  });
}
