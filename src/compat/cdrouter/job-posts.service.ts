import { Inject, Injectable } from '@nestjs/common';
import type { RawBody } from '../../http/raw-body.js';
import { BulkJobs } from './bulk-jobs.service.js';
import { CdrouterJobs } from './cdrouter-jobs.service.js';
import type { Envelope } from './envelope.wire.js';
import { textOf, type Query } from './list-query.js';
import { badField } from './refusals.js';

/** What a POST to the jobs means is said by its query. */
@Injectable()
export class JobPosts {
  constructor(
    @Inject(CdrouterJobs) private readonly jobs: CdrouterJobs,
    @Inject(BulkJobs) private readonly bulk: BulkJobs,
  ) {}

  /** Undefined: it was done, and there is nothing to say (204). Throws `invalid_input` for words that mean nothing. */
  async answer(query: Query, body: RawBody | null | undefined): Promise<Envelope<unknown> | undefined> {
    const process = textOf(query, 'process');
    if (process !== undefined) {
      if (process !== 'interfaces') throw badField('process', process, 'interfaces');
      return this.jobs.interfaces(body);
    }
    const bulk = textOf(query, 'bulk');
    switch (bulk) {
      case undefined:
        if (Object.hasOwn(query, 'bulk')) throw badField('bulk', '', 'launch or delete');
        return this.jobs.launch(body);
      case 'launch':
      case 'edit':
        return this.bulk.launch(query, body, bulk === 'edit');
      case 'delete':
        await this.bulk.delete(query, body);
        return undefined;
      default:
        throw badField('bulk', bulk, 'launch or delete');
    }
  }
}
