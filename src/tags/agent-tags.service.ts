import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentPrincipal, currentTenant } from '../context/request-context.js';
import { Database, queryTx, type Tx } from '../database/database.js';
import { DomainError, notFound } from '../kernel/domain-error.js';
import type { HolderScope } from './agent-tag.entity.js';
import { ATTACH_TO_AGENT } from './sql/attach-to-agent.js';
import { DETACH_FROM_AGENT } from './sql/detach-from-agent.js';
import { DROP_INVENTORY_TAGS } from './sql/drop-inventory-tags.js';
import { FIND_HOLDERS } from './sql/find-holders.js';
import { REPLACE_AGENT_TAGS } from './sql/replace-agent-tags.js';
import { TAGS_OF_AGENTS } from './sql/tags-of-agents.js';
import { TELL_WORKERS } from './sql/tell-workers.js';
import { Tag } from './tag.entity.js';
import { tagNamesInLockOrder } from './tag-name.js';
import { TagsService } from './tags.service.js';

/** An agent that the tenant can see, and what its tags are attached to. */
export interface Holder {
  readonly id: string;
  readonly name: string;
  readonly scope: HolderScope;
  readonly holder: string;
  readonly hasEnded: boolean;
}

/**
 * Attaches the tenant's tags to agents. What is attached to a worker outlives the worker's row: a later life of the same name
 * carries it too. It counts for the placement of this tenant's runs only, and on running workers within seconds.
 */
@Injectable()
export class AgentTags {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TagsService) private readonly tags: TagsService,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** Attaches a tag, made if it is missing; false: the agent carries it already. Throws `not_found`, `forbidden` or `invalid_input`. */
  async attach(agentId: string, name: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const agent = await this.changeableTx(tx, agentId);
      const tenantId = currentTenant().id;
      const [tagId = ''] = await this.tags.ensureTx(tx, tenantId, [name]);
      const added = await queryTx(tx, ATTACH_TO_AGENT, [tenantId, agent.scope, agent.holder, tagId]);
      if (added.length === 0) return false;
      await this.changedTx(tx, 'agent.tagged', agent, { after: { tag: name } });
      return true;
    });
  }

  /** Takes a tag off; false: the agent did not carry it. Throws `not_found` for the agent, or `forbidden`. */
  async detach(agentId: string, name: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const agent = await this.changeableTx(tx, agentId);
      const tenantId = currentTenant().id;
      const tag = await tx.findOne(Tag, { where: { tenantId, name }, lock: { mode: 'for_key_share' } });
      if (tag === null) return false;
      const removed = await queryTx(tx, DETACH_FROM_AGENT, [tenantId, agent.scope, agent.holder, tag.id]);
      if (removed.length > 0) await this.changedTx(tx, 'agent.untagged', agent, { before: { tag: name } });
      return removed.length > 0;
    });
  }

  /** Makes the attached tags of an agent exactly `names`, creating those that are missing. Throws like `attach`. */
  async setTx(tx: Tx, agentId: string, names: readonly string[]): Promise<void> {
    const agent = await this.changeableTx(tx, agentId);
    const tenantId = currentTenant().id;
    const wanted = tagNamesInLockOrder(names);
    const tagIds = await this.tags.ensureTx(tx, tenantId, wanted);
    const [before] = await queryTx<{ names: string[] }>(tx, TAGS_OF_AGENTS, [tenantId, [agentId]]);
    if (JSON.stringify(before?.names ?? []) === JSON.stringify(wanted)) return;
    await queryTx(tx, REPLACE_AGENT_TAGS, [tenantId, agent.scope, agent.holder, tagIds]);
    await this.changedTx(tx, 'agent.tagged', agent, { before: { tags: before?.names ?? [] }, after: { tags: wanted } });
  }

  /** Takes all tags off an inventory agent that is about to be forgotten. */
  async dropTx(tx: Tx, agentId: string): Promise<void> {
    await queryTx(tx, DROP_INVENTORY_TAGS, [currentTenant().id, agentId]);
  }

  /** Names of the tags that the tenant attached, by agent, sorted; an agent without any has no entry. One statement. */
  async tagsOfAgents(agentIds: readonly string[]): Promise<Map<string, string[]>> {
    if (agentIds.length === 0) return new Map();
    const values = [currentTenant().id, agentIds];
    const rows = await this.database.query<{ agentId: string; names: string[] }>(TAGS_OF_AGENTS, values);
    return new Map(rows.map(({ agentId, names }) => [agentId, names]));
  }

  private async changeableTx(tx: Tx, agentId: string): Promise<Holder> {
    const [agent] = await queryTx<Holder>(tx, FIND_HOLDERS, [currentTenant().id, [agentId]]);
    if (!agent) throw notFound('agent', agentId);
    refuseShared([agent]);
    return agent;
  }

  private async changedTx(
    tx: Tx,
    event: string,
    agent: Holder,
    change: { before?: object; after?: object },
  ): Promise<void> {
    if (agent.scope !== 'inventory') await queryTx(tx, TELL_WORKERS);
    await this.audit.recordTx(tx, { event, subject: { type: 'agent', id: agent.id, name: agent.name }, ...change });
  }
}

/** Throws `forbidden` when one of the agents serves every tenant and the caller is no system administrator. */
export function refuseShared(agents: readonly Pick<Holder, 'scope' | 'holder'>[]): void {
  const shared = agents.find(({ scope }) => scope === 'shared');
  if (shared === undefined || currentPrincipal().isSystemAdmin) return;
  throw new DomainError(
    'forbidden',
    `The agent ${JSON.stringify(shared.holder)} serves every tenant; only a system administrator may change its tags.`,
  );
}
