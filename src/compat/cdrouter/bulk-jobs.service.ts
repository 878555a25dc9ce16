import { Inject, Injectable } from '@nestjs/common';
import { ExecutionSearch } from '../../executions/execution-search.service.js';
import { Launches } from '../../executions/launches.service.js';
import type { RawBody } from '../../http/raw-body.js';
import { JobSearch } from '../../jobs/job-search.service.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { BodyFields } from './body-fields.js';
import { CdrouterJobs } from './cdrouter-jobs.service.js';
import { enveloped, type Envelope } from './envelope.wire.js';
import type { CdrouterJob } from './job.wire.js';
import { readLaunch } from './launch-plans.service.js';
import { hasFilters, readFilters, readFlag, type Query } from './list-query.js';
import { PackageFields } from './package-fields.service.js';
import { badField } from './refusals.js';

/** Most jobs of one bulk launch or explicit bulk deletion. */
const MOST_JOBS = 10_000;

/** What a bulk operation is about; the first that is given counts. */
type Selection = { readonly jobs: readonly BodyFields[] } | 'all' | 'filtered';

/** Bulk launches and deletions of jobs, each in three forms: by a list, by a filter, or all. */
@Injectable()
export class BulkJobs {
  constructor(
    @Inject(CdrouterJobs) private readonly jobs: CdrouterJobs,
    @Inject(ExecutionSearch) private readonly executions: ExecutionSearch,
    @Inject(Launches) private readonly launches: Launches,
    @Inject(JobSearch) private readonly packages: JobSearch,
    @Inject(PackageFields) private readonly packageFields: PackageFields,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /**
   * All or none. `isNamedEdit`: the word in the query was `edit`, as in one example of the document, which only goes with a filter or all. Throws `invalid_input`,
   * `not_found`, `forbidden_class`, `busy`.
   */
  async launch(query: Query, body: RawBody | null | undefined, isNamedEdit: boolean): Promise<Envelope<CdrouterJob[]>> {
    const fields = BodyFields.of(body);
    const selection = selectionOf(query, fields);
    const isListed = typeof selection === 'object';
    if (isNamedEdit && isListed) throw badField('bulk', 'edit', 'launch or delete');
    const requests = isListed
      ? selection.jobs.map((job) => readLaunch(job))
      : (await this.matching(query, selection)).map((id) => readLaunch(fields.object('fields'), id));
    return enveloped(await this.jobs.launchAll(requests), this.clock.now());
  }

  /** By a list all that are named, running ones too; else those that are not running. Throws `invalid_input`. */
  async delete(query: Query, body: RawBody | null | undefined): Promise<void> {
    const selection = selectionOf(query, BodyFields.of(body));
    if (typeof selection === 'object') {
      const numbers = selection.jobs.map((job) => job.id('id') ?? '0');
      const named = await this.executions.some([...new Set(numbers)]);
      await this.launches.dismiss(
        named.map(({ id }) => id),
        { alsoHeld: true },
      );
      return;
    }
    const search = selection === 'all' ? {} : query;
    const ids = await this.executions.ids(readFilters(search, await this.jobs.fieldsFor(search)));
    await this.launches.dismiss(ids, { alsoHeld: false });
  }

  /** Ids of the packages, in the order of their ids. */
  private async matching(query: Query, selection: 'all' | 'filtered'): Promise<string[]> {
    const search = selection === 'all' ? {} : query;
    const filters = readFilters(search, await this.packageFields.forQuery(search));
    const { rows, total } = await this.packages.search({ ...filters, sort: [], offset: 0, limit: MOST_JOBS });
    if (total > MOST_JOBS) throw badField('the number of packages', total, `at most ${MOST_JOBS}; use a filter`);
    return rows.map(({ job }) => job.number);
  }
}

function selectionOf(query: Query, fields: BodyFields): Selection {
  const jobs = fields.objects('jobs', MOST_JOBS);
  if (jobs !== undefined && jobs.length > 0) return { jobs };
  if (readFlag(query, 'all')) return 'all';
  if (jobs === undefined && hasFilters(query)) return 'filtered';
  throw new DomainError(
    'invalid_input',
    'nothing is selected: send jobs in the body, or filter or all=true in the query',
  );
}
