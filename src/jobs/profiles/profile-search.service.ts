import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { RowSearch, SearchCatalog } from '../../database/row-search.js';
import { searchPage, type Found } from '../../database/search-page.js';
import type { Profile } from './profile.entity.js';
import { searchProfiles } from './sql/search-profiles.js';

/** What profiles can be searched by; the document is their annotations. Instants are compared by the millisecond, as they are printed. */
export const PROFILE_CATALOG = {
  columns: {
    number: { type: 'number', sql: 'p.number' },
    name: { type: 'text', sql: 'p.name' },
    description: { type: 'text', sql: 'p.description' },
    contents: { type: 'text', sql: 'p.contents' },
    createdBy: { type: 'text', sql: 'p.created_by' },
    createdAt: { type: 'instant', sql: `date_trunc('milliseconds', p.created_at)` },
    updatedAt: { type: 'instant', sql: `date_trunc('milliseconds', p.updated_at)` },
  },
  document: { sql: 'p.annotations' },
} as const satisfies SearchCatalog;

/** Finds profiles of the tenant of the request by conditions of the caller's choice. */
@Injectable()
export class ProfileSearch {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Throws `invalid_input` for a regular expression that is not valid or takes too long. */
  async search(search: RowSearch): Promise<Found<Profile>> {
    return searchPage<Profile>(this.database, PROFILE_CATALOG, search, searchProfiles);
  }
}
