import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentActor, currentPrincipal, currentTenant, type TenantRole } from '../context/request-context.js';
import { Database, queryTx } from '../database/database.js';
import { sqlState } from '../database/sql-state.js';
import { Clock } from '../kernel/clock.js';
import { DomainError, invalidField, notFound } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { ApiToken } from './api-token.entity.js';
import { digestOf, newSecret } from './secret-text.js';
import { LIST_TOKENS } from './sql/list-tokens.js';
import { REVOKE_TOKEN } from './sql/revoke-token.js';

/** Marks a token as one of ours, for people and for scanners of leaked secrets. */
const PREFIX = 'cr_';
const HINT_LENGTH = 8;
const UNIQUE_VIOLATION = '23505';

/** A token without its secret. */
export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly role: TenantRole;
  readonly hint: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** Owns the API tokens of the tenant of the request. */
@Injectable()
export class TokensService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Up to `rows` tokens, newest first, after the id `after`. */
  async list(after: string | null, rows: number): Promise<TokenRow[]> {
    return this.database.query<TokenRow>(LIST_TOKENS, [currentTenant().id, null, after, rows]);
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<TokenRow> {
    const [token] = await this.database.query<TokenRow>(LIST_TOKENS, [currentTenant().id, id, null, 1]);
    if (!token) throw notFound('token', id);
    return token;
  }

  /** Makes a token; `secret` is shown this once. Throws `conflict` when the name is taken, `invalid_input` for a past expiry. */
  async create(input: {
    name: string;
    role: TenantRole;
    expiresAt: Date | null;
  }): Promise<{ token: TokenRow; secret: string }> {
    if (input.expiresAt !== null && input.expiresAt <= this.clock.now())
      throw invalidField('/expiresAt', 'past', `/expiresAt is ${input.expiresAt.toISOString()}, which is over.`);
    const id = newId();
    const secret = PREFIX + newSecret();
    const tenantId = currentTenant().id;
    const shown = { id, ...input, hint: secret.slice(0, HINT_LENGTH) };
    try {
      await this.database.transaction(async (tx) => {
        const row = { ...shown, tenantId, tokenHash: digestOf(secret), creatorId: currentPrincipal().userId };
        await tx.insert(ApiToken, { ...row, createdBy: currentActor() });
        const subject = { type: 'token', id, name: input.name };
        await this.audit.recordTx(tx, { event: 'token.created', subject, after: shown });
      });
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      throw new DomainError('conflict', `There is a token ${JSON.stringify(input.name)} already.`, [], {
        cause: error,
      });
    }
    return { token: await this.get(id), secret };
  }

  /** Ends a token at once. Does nothing when it is revoked already. Throws `not_found`. */
  async revoke(id: string): Promise<void> {
    await this.get(id);
    await this.database.transaction(async (tx) => {
      const [revoked] = await queryTx<{ name: string }>(tx, REVOKE_TOKEN, [currentTenant().id, id]);
      if (!revoked) return;
      await this.audit.recordTx(tx, { event: 'token.revoked', subject: { type: 'token', id, name: revoked.name } });
    });
  }
}
