import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentTenant } from '../context/request-context.js';
import { Database, queryTx, type Tx } from '../database/database.js';
import { DomainError, invalidField, notFound } from '../kernel/domain-error.js';
import { AgentTags } from '../tags/agent-tags.service.js';
import { AGENTS_PRESENT } from './sql/agents-present.js';
import { ANNOUNCE_INVENTORY } from './sql/announce-inventory.js';
import { CHANGE_INVENTORY } from './sql/change-inventory.js';
import { READ_AGENT } from './sql/read-agent.js';
import { REMOVE_INVENTORY } from './sql/remove-inventory.js';

/** JSON that one agent may say of itself, in bytes. */
const LARGEST_ATTRIBUTES = 32_768;

/** An agent that is there: a living worker, or an inventory agent. */
export interface PresentAgent {
  readonly id: string;
  readonly kind: 'embedded' | 'remote' | 'inventory';
  readonly hostname: string;
  readonly port: number | null;
  /** 0 for an inventory agent. */
  readonly slots: number;
  /** Null for a worker. */
  readonly attributes: Readonly<Record<string, unknown>> | null;
  readonly lastHeardAt: Date;
  /** Attached by the tenant, sorted. */
  readonly tags: readonly string[];
}

/** What an agent says of itself; attributes that are absent stay as they were. */
export interface Announcement {
  readonly id: string;
  readonly hostname: string;
  /** Null: it is not known to have one. */
  readonly port: number | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * Agents of other systems, announced by their own: known, shown and tagged, never given work. Like a heartbeat, being heard of again
 * is not written into the audit log; coming, going and tags are.
 */
@Injectable()
export class InventoryAgents {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AgentTags) private readonly tags: AgentTags,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** All agents that are there and serve the tenant, workers too, by id; two statements however many they are. */
  async present(): Promise<PresentAgent[]> {
    return this.read(null);
  }

  /** One of them; undefined: there is none of this id. */
  async find(id: string): Promise<PresentAgent | undefined> {
    return (await this.read(id))[0];
  }

  /**
   * Makes an agent or updates what is known of it; `tags` become the attached tags. All or nothing. Throws `conflict` when a worker has the id, or an agent with
   * another port, and `invalid_input` for a tag.
   */
  async announce(said: Announcement, tags?: readonly string[]): Promise<{ created: boolean }> {
    refuseTooLarge(said.attributes);
    const { id, hostname, port, attributes } = said;
    return this.database.transaction(async (tx) => {
      await this.refuseWorkerTx(tx, id);
      const values = [currentTenant().id, id, hostname, port, JSON.stringify(attributes)];
      const [row] = await queryTx<{ created: boolean }>(tx, ANNOUNCE_INVENTORY, values);
      if (!row)
        throw new DomainError(
          'conflict',
          `The agent ${id} is known with another port than ${String(port)}; remove it first.`,
        );
      if (row.created) await this.recordTx(tx, 'agent.announced', id, hostname);
      if (tags !== undefined) await this.tags.setTx(tx, id, tags);
      return row;
    });
  }

  /**
   * Changes what is given; `tags` become the attached tags, those that are missing are made. Of a worker only the tags can be
   * changed. All or nothing. Throws `not_found`, `conflict` (a worker), `invalid_input`, or `forbidden` (a shared worker).
   */
  async change(
    id: string,
    { tags, ...said }: Partial<Omit<Announcement, 'id'>> & { readonly tags?: readonly string[] | undefined },
  ): Promise<void> {
    const attributes = said.attributes ?? {};
    refuseTooLarge(attributes);
    await this.database.transaction(async (tx) => {
      const isChange = said.hostname !== undefined || said.port !== undefined || Object.keys(attributes).length > 0;
      const values = [currentTenant().id, id, said.hostname, said.port, JSON.stringify(attributes)];
      const changed = await queryTx(tx, CHANGE_INVENTORY, values);
      if (changed.length === 0) {
        const isWorker = await this.isWorkerTx(tx, id);
        if (!isWorker) throw notFound('agent', id);
        if (isChange) throw isOurs(id);
      }
      if (tags !== undefined) await this.tags.setTx(tx, id, tags);
    });
  }

  /** Forgets an agent and takes its tags off; false: there is none. Throws `conflict` for a worker. */
  async remove(id: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await this.refuseWorkerTx(tx, id);
      await this.tags.dropTx(tx, id);
      const [gone] = await queryTx<{ hostname: string }>(tx, REMOVE_INVENTORY, [currentTenant().id, id]);
      if (gone) await this.recordTx(tx, 'agent.removed', id, gone.hostname);
      return gone !== undefined;
    });
  }

  private async read(id: string | null): Promise<PresentAgent[]> {
    const rows = await this.database.query<Omit<PresentAgent, 'tags'>>(AGENTS_PRESENT, [currentTenant().id, id]);
    const tags = await this.tags.tagsOfAgents(rows.map((row) => row.id));
    return rows.map((row) => ({ ...row, tags: tags.get(row.id) ?? [] }));
  }

  private async isWorkerTx(tx: Tx, id: string): Promise<boolean> {
    return (await queryTx(tx, READ_AGENT, [currentTenant().id, id])).length > 0;
  }

  private async refuseWorkerTx(tx: Tx, id: string): Promise<void> {
    if (await this.isWorkerTx(tx, id)) throw isOurs(id);
  }

  private async recordTx(tx: Tx, event: string, id: string, hostname: string): Promise<void> {
    await this.audit.recordTx(tx, { event, subject: { type: 'agent', id, name: hostname } });
  }
}

function isOurs(id: string): DomainError {
  return new DomainError('conflict', `The agent ${id} is a worker of this server and says itself what it is.`);
}

function refuseTooLarge(attributes: Readonly<Record<string, unknown>>): void {
  const bytes = Buffer.byteLength(JSON.stringify(attributes));
  if (bytes <= LARGEST_ATTRIBUTES) return;
  const message = `/attributes take ${bytes} bytes of JSON; at most ${LARGEST_ATTRIBUTES} are kept.`;
  throw invalidField('/attributes', 'too_large', message);
}
