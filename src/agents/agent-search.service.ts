import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { RowSearch, SearchCatalog } from '../database/row-search.js';
import { searchPage, type Found } from '../database/search-page.js';
import { AgentTags } from '../tags/agent-tags.service.js';
import { searchAgents } from './sql/search-agents.js';

/** What agents can be searched by; the document is what an inventory agent says of itself. Instants are compared by the millisecond. */
export const AGENT_CATALOG = {
  columns: {
    id: { type: 'uuid', sql: 'a.id' },
    number: { type: 'number', sql: 'a.number' },
    name: { type: 'text', sql: 'a.name' },
    registeredAt: { type: 'instant', sql: `date_trunc('milliseconds', a.registered_at)` },
    lastHeardAt: { type: 'instant', sql: `date_trunc('milliseconds', a.last_heard_at)` },
    tags: {
      type: 'texts',
      sql: `ARRAY(SELECT t.name FROM agent_tags g JOIN tags t ON t.id = g.tag_id WHERE g.tenant_id = $1 AND g.scope = a.scope AND g.holder = a.holder)`,
    },
  },
  document: { sql: 'a.attributes' },
} as const satisfies SearchCatalog;

/** An agent that is there: a living worker, or an inventory agent. */
export interface FoundAgent {
  readonly id: string;
  readonly number: string;
  readonly kind: 'embedded' | 'remote' | 'inventory';
  readonly name: string;
  readonly hostname: string;
  /** Empty for a worker. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly registeredAt: Date;
  readonly lastHeardAt: Date;
  /** Attached by the tenant, sorted. */
  readonly tags: readonly string[];
}

/** Finds agents that serve the tenant of the request by conditions of the caller's choice. */
@Injectable()
export class AgentSearch {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AgentTags) private readonly tags: AgentTags,
  ) {}

  /** Throws `invalid_input` for a regular expression that is not valid or takes too long. */
  async search(search: RowSearch): Promise<Found<FoundAgent>> {
    type Row = Omit<FoundAgent, 'tags'>;
    const { rows, total } = await searchPage<Row>(this.database, AGENT_CATALOG, search, searchAgents);
    const tags = await this.tags.tagsOfAgents(rows.map(({ id }) => id));
    return { rows: rows.map((row) => ({ ...row, tags: tags.get(row.id) ?? [] })), total };
  }
}
