import { Inject, Injectable } from '@nestjs/common';
import type { Registered, Registration } from '../agents/agent-protocol.js';
import { AgentRegistry } from '../agents/agent-registry.service.js';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { AgentCredentials } from '../auth/agent-credentials.service.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { currentActor, currentPrincipal, currentTenant } from '../context/request-context.js';
import type { Tx } from '../database/database.js';
import { SystemDatabase } from '../database/system-database.js';
import { DomainError, invalidField } from '../kernel/domain-error.js';
import { TenantsService } from '../tenancy/tenants.service.js';

/** What an agent acts with from now on. */
interface Ticket {
  readonly id: string;
  readonly tenantId: string | null;
  /** Null: the one that it has. */
  readonly secret: string | null;
}

/** Signs agents on: with a join token, with the right of a user or an API token, or again with their credential. */
@Injectable()
export class Registrations {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'leaseMs' | 'maxBodyBytes'>,
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AgentCredentials) private readonly credentials: AgentCredentials,
    @Inject(AgentRegistry) private readonly registry: AgentRegistry,
    @Inject(TenantsService) private readonly tenants: TenantsService,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** Throws `invalid_input` for a join token without an instance key, `conflict` for one that is spent, `forbidden`. */
  async register(given: Registration): Promise<Registered> {
    const { leaseMs, maxBodyBytes } = this.config;
    const systemId = (await this.tenants.system()).id;
    const done = await this.database.transaction(async (tx) => {
      const ticket = await this.ticketTx(tx, given);
      const agent = { ...agentOf(given), leaseMs, tenantId: ticket.tenantId, credentialId: ticket.id };
      const agentId = await this.registry.registerTx(tx, agent);
      const subject = { type: 'agent', id: agentId, name: given.name };
      const { name, hostname, slots, tags } = agent;
      const after = { name, hostname, slots, tags, credentialId: ticket.id, isShared: ticket.tenantId === null };
      const tenantId = ticket.tenantId ?? systemId;
      await this.audit.recordTx(tx, { event: 'agent.registered', subject, after, tenantId });
      return { agentId, credential: ticket.secret };
    });
    return { ...done, leaseMs, heartbeatMs: Math.floor(leaseMs / 3), maxBodyBytes };
  }

  private async ticketTx(tx: Tx, { name, shared, instanceKey }: Registration): Promise<Ticket> {
    const { agent, isSystemAdmin, kind } = currentPrincipal();
    if (agent?.kind === 'credential') return { id: agent.id, tenantId: agent.tenantId, secret: null };
    if (agent) {
      if (instanceKey !== undefined) return this.credentials.redeemTx(tx, agent.id, instanceKey, name);
      const message = '/instanceKey is missing: with a join token send a random text of 16 characters or more.';
      throw invalidField('/instanceKey', 'required', message);
    }
    const isShared = shared ?? kind === 'anonymous';
    if (isShared && !isSystemAdmin)
      throw new DomainError('forbidden', 'Only a system administrator may register an agent that serves every tenant.');
    const tenantId = isShared ? null : currentTenant().id;
    return this.credentials.issueTx(tx, { tenantId, name, createdBy: currentActor() });
  }
}

function agentOf(given: Registration) {
  const { name, hostname, slots, tags = [], pid = null, version = null, platform = null } = given;
  const kind = 'remote' as const;
  const own = { name, kind, hostname, slots, pid, version, platform, processIdentity: null };
  return { ...own, tags: [...new Set(tags.map((tag) => tag.toLowerCase()))].sort() };
}
