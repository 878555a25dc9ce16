import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { AgentCredentials } from '../auth/agent-credentials.service.js';
import { currentPrincipal, currentTenant } from '../context/request-context.js';
import { queryTx } from '../database/database.js';
import { SystemDatabase } from '../database/system-database.js';
import { DomainError, notFound } from '../kernel/domain-error.js';
import { TenantsService } from '../tenancy/tenants.service.js';
import { DRAIN_AGENT } from './sql/drain-agent.js';
import { READ_AGENT_OWNER } from './sql/read-agent-owner.js';
import { REMOVE_AGENT } from './sql/remove-agent.js';

interface Owned {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string | null;
  readonly credentialId: string | null;
}

/**
 * Agents that shall take nothing more, or leave, because they or their operators say so. Through the system door: shared agents have no tenant.
 */
@Injectable()
export class AgentDepartures {
  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AgentCredentials) private readonly credentials: AgentCredentials,
    @Inject(TenantsService) private readonly tenants: TenantsService,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** It finishes what it has and takes nothing more. Nothing changes the second time. Throws `not_found`, `forbidden`. */
  async drain(id: string): Promise<void> {
    const agent = await this.own(id);
    await this.change(agent, DRAIN_AGENT, 'agent.drained');
  }

  /**
   * It is gone, and what it still holds goes to others. An operator's word also ends its credential, so that it cannot come back; an agent
   * that leaves by itself may. Throws `not_found`, `forbidden`.
   */
  async remove(id: string): Promise<void> {
    const agent = await this.own(id);
    const credentialId = currentPrincipal().agent ? null : agent.credentialId;
    await this.change(agent, REMOVE_AGENT, 'agent.removed', credentialId);
  }

  private async change(
    agent: Owned,
    statement: typeof DRAIN_AGENT,
    event: string,
    credentialId: string | null = null,
  ): Promise<void> {
    const tenantId = agent.tenantId ?? (await this.tenants.system()).id;
    await this.database.transaction(async (tx) => {
      const [changed] = await queryTx(tx, statement, [agent.id]);
      if (credentialId !== null) await this.credentials.revokeTx(tx, credentialId);
      if (!changed) return;
      await this.audit.recordTx(tx, { event, subject: { type: 'agent', id: agent.id, name: agent.name }, tenantId });
    });
  }

  private async own(id: string): Promise<Owned> {
    const [found] = await this.database.query<Owned>(READ_AGENT_OWNER, [id]);
    const { agent, isSystemAdmin } = currentPrincipal();
    if (agent) {
      if (agent.kind === 'credential' && found?.credentialId === agent.id) return found;
      throw notFound('agent', id);
    }
    if (!found || (found.tenantId !== null && found.tenantId !== currentTenant().id)) throw notFound('agent', id);
    if (found.tenantId === null && !isSystemAdmin)
      throw new DomainError(
        'forbidden',
        `The agent ${found.name} serves every tenant; only a system administrator may.`,
      );
    return found;
  }
}
