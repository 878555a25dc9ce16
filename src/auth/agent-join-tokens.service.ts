import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentActor, currentPrincipal, currentTenant } from '../context/request-context.js';
import { queryTx } from '../database/database.js';
import { SystemDatabase } from '../database/system-database.js';
import { DomainError, notFound } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { JOIN_PREFIX } from './agent-credentials.service.js';
import { digestOf, newSecret } from './secret-text.js';
import { INSERT_JOIN_TOKEN } from './sql/insert-join-token.js';
import { LIST_JOIN_TOKENS } from './sql/list-join-tokens.js';
import { REVOKE_JOIN_TOKEN } from './sql/revoke-join-token.js';

const HINT_LENGTH = 9;

/** A join token without its secret. */
export interface JoinTokenRow {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly isShared: boolean;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
}

/**
 * Owns the invitations for agents: those of the tenant of the request and, for system administrators, those for shared agents. Through the
 * system door, because shared ones have no tenant; each statement names the tenant itself.
 */
@Injectable()
export class AgentJoinTokens {
  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** Up to `rows` join tokens, newest first, after the id `after`. */
  async list(after: string | null, rows: number): Promise<JoinTokenRow[]> {
    return this.read(null, after, rows);
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<JoinTokenRow> {
    const [token] = await this.read(id, null, 1);
    if (!token) throw notFound('join token', id);
    return token;
  }

  /** Makes one; `secret` is shown this once. Throws `forbidden` for a shared one that no system administrator asks for. */
  async create(input: {
    name: string;
    isShared: boolean;
    expiresInSeconds: number;
  }): Promise<{ token: JoinTokenRow; secret: string }> {
    if (input.isShared && !currentPrincipal().isSystemAdmin)
      throw new DomainError('forbidden', 'Only a system administrator may invite agents that serve every tenant.');
    const id = newId();
    const secret = JOIN_PREFIX + newSecret();
    const hint = secret.slice(0, HINT_LENGTH);
    await this.database.transaction(async (tx) => {
      const { id: tenantId } = currentTenant();
      const owner = input.isShared ? null : tenantId;
      const values = [id, owner, input.name, digestOf(secret), hint, currentActor(), input.expiresInSeconds];
      await queryTx(tx, INSERT_JOIN_TOKEN, values);
      const subject = { type: 'join_token', id, name: input.name };
      await this.audit.recordTx(tx, { event: 'join_token.created', subject, after: { id, hint, ...input }, tenantId });
    });
    return { token: await this.get(id), secret };
  }

  /** Ends it at once; the agent that used it keeps its credential. Does nothing the second time. Throws `not_found`. */
  async revoke(id: string): Promise<void> {
    const { name } = await this.get(id);
    await this.database.transaction(async (tx) => {
      const [revoked] = await queryTx(tx, REVOKE_JOIN_TOKEN, [id]);
      if (!revoked) return;
      await this.audit.recordTx(tx, { event: 'join_token.revoked', subject: { type: 'join_token', id, name } });
    });
  }

  private read(id: string | null, after: string | null, rows: number): Promise<JoinTokenRow[]> {
    const values = [currentTenant().id, currentPrincipal().isSystemAdmin, id, after, rows];
    return this.database.query<JoinTokenRow>(LIST_JOIN_TOKENS, values);
  }
}
