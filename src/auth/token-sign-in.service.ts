import { Inject, Injectable } from '@nestjs/common';
import { ROLES, type Principal, type TenantRole } from '../context/request-context.js';
import { SystemDatabase } from '../database/system-database.js';
import { AgentCredentials, isOfAgent } from './agent-credentials.service.js';
import { digestOf } from './secret-text.js';
import { SessionsService } from './sessions.service.js';
import { READ_TOKEN } from './sql/read-token.js';
import { TOUCH_TOKEN } from './sql/touch-token.js';

interface TokenCallerRow {
  id: string;
  name: string;
  role: TenantRole;
  tenantId: string;
  tenantName: string;
  creatorRole: TenantRole | null;
  isUseStale: boolean;
}

/** Finds out whom a token stands for. It is looked up by its digest, so no comparison of secrets can be timed. */
@Injectable()
export class TokenSignIn {
  /** Tokens whose use is being noted: one of many requests at once does it. */
  private readonly noting = new Set<string>();

  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AgentCredentials) private readonly agents: AgentCredentials,
    @Inject(SessionsService) private readonly sessions: SessionsService,
  ) {}

  /** The token as a caller in its one tenant, or the user whose session it is; null when it is revoked, expired or unknown, or its creator may no longer act. */
  async find(token: string): Promise<Principal | null> {
    if (isOfAgent(token)) return this.agents.find(token);
    const [row] = await this.database.query<TokenCallerRow>(READ_TOKEN, [digestOf(token)]);
    // Clients of other systems sign in with a password and send what they get as a bearer token: a session.
    if (!row) return this.sessions.find(token);
    if (row.creatorRole === null) return null;
    if (row.isUseStale) await this.noteUse(row.id);
    const role = lesser(row.role, row.creatorRole);
    return {
      kind: 'token',
      name: row.name,
      userId: null,
      isSystemAdmin: false,
      tenants: [{ id: row.tenantId, name: row.tenantName, role }],
      defaultTenantId: row.tenantId,
    };
  }

  private async noteUse(id: string): Promise<void> {
    if (this.noting.has(id)) return;
    this.noting.add(id);
    try {
      await this.database.query(TOUCH_TOKEN, [id]);
    } finally {
      this.noting.delete(id);
    }
  }
}

function lesser(a: TenantRole, b: TenantRole): TenantRole {
  return ROLES.indexOf(a) < ROLES.indexOf(b) ? a : b;
}
