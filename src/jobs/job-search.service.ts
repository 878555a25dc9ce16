import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { RowSearch, SearchCatalog } from '../database/row-search.js';
import { searchPage, type Found } from '../database/search-page.js';
import { JobsService } from './jobs.service.js';
import type { JobView } from './job.dto.js';
import { searchJobs } from './sql/search-jobs.js';

/** What jobs can be searched by; the document is their annotations. Instants are compared by the millisecond, as they are printed. */
export const JOB_CATALOG = {
  columns: {
    number: { type: 'number', sql: 'j.number' },
    name: { type: 'text', sql: 'j.name' },
    description: { type: 'text', sql: 'j.description' },
    createdBy: { type: 'text', sql: 'j.created_by' },
    createdAt: { type: 'instant', sql: `date_trunc('milliseconds', j.created_at)` },
    updatedAt: { type: 'instant', sql: `date_trunc('milliseconds', j.updated_at)` },
    tags: {
      type: 'texts',
      sql: 'ARRAY(SELECT t.name FROM job_tags jt JOIN tags t ON t.id = jt.tag_id WHERE jt.job_id = j.id AND t.tenant_id = $1)',
    },
  },
  document: { sql: 'j.annotations' },
} as const satisfies SearchCatalog;

/** Finds jobs of the tenant of the request by conditions of the caller's choice. */
@Injectable()
export class JobSearch {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(JobsService) private readonly jobs: JobsService,
  ) {}

  /** Throws `invalid_input` for a regular expression that is not valid or takes too long. */
  async search(search: RowSearch): Promise<Found<JobView>> {
    const { rows, total } = await searchPage<{ id: string }>(this.database, JOB_CATALOG, search, searchJobs);
    return { rows: await this.jobs.some(rows.map(({ id }) => id)), total };
  }

  /** Those of the numbers that there are, by number. */
  async some(numbers: readonly string[]): Promise<readonly JobView[]> {
    if (numbers.length === 0) return [];
    const field = { column: 'number' };
    const conditions = [{ field, operator: 'in' as const, value: numbers }];
    return (await this.search({ conditions, isUnion: false, sort: [], offset: 0, limit: null })).rows;
  }
}
