import { Inject, Injectable } from '@nestjs/common';
import { UserNumbers } from '../../auth/user-numbers.service.js';
import { column, labelled, member, type FieldTable } from './field-table.js';
import type { Query } from './list-query.js';
import { ANNOTATION, OPTION_COUNTS, OPTION_FLAGS } from './package-model.js';

/** What packages can be filtered and sorted by. */
@Injectable()
export class PackageFields {
  constructor(@Inject(UserNumbers) private readonly users: UserNumbers) {}

  /** Users are only looked for where the query speaks of them. */
  async forQuery(query: Query): Promise<FieldTable> {
    const speaksOfUsers = JSON.stringify([query['filter'], query['sort']]).includes('user_id');
    return packageFields(speaksOfUsers ? await this.users.byName(null) : new Map());
  }
}

function packageFields(users: ReadonlyMap<string, string>): FieldTable {
  return {
    id: column('number', 'number'),
    name: column('name', 'text'),
    description: column('description', 'text'),
    created: column('createdAt', 'instant'),
    updated: column('updatedAt', 'instant'),
    tags: column('tags', 'texts'),
    user_id: labelled('createdBy', 'number', users, '0'),
    testlist: member('texts', ANNOTATION, 'testlist'),
    test_count: member('number', ANNOTATION, 'test_count'),
    extra_cli_args: member('text', ANNOTATION, 'extra_cli_args'),
    config_id: member('number', ANNOTATION, 'config_id'),
    device_id: member('number', ANNOTATION, 'device_id'),
    use_as_testlist: member('boolean', ANNOTATION, 'use_as_testlist'),
    note: member('text', ANNOTATION, 'note'),
    ...Object.fromEntries(
      OPTION_FLAGS.map((name) => [`options.${name}`, member('boolean', ANNOTATION, 'options', name)]),
    ),
    ...Object.fromEntries(
      OPTION_COUNTS.map((name) => [`options.${name}`, member('number', ANNOTATION, 'options', name)]),
    ),
  };
}
