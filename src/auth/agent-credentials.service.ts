import { Inject, Injectable } from '@nestjs/common';
import type { AgentCaller, Principal } from '../context/request-context.js';
import { queryTx, type Tx } from '../database/database.js';
import { SystemDatabase } from '../database/system-database.js';
import { DomainError } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { digestOf, newSecret } from './secret-text.js';
import { PUT_CREDENTIAL } from './sql/put-credential.js';
import { READ_AGENT_CALLER } from './sql/read-agent-caller.js';
import { REDEEM_JOIN_TOKEN } from './sql/redeem-join-token.js';
import { REVOKE_CREDENTIAL } from './sql/revoke-credential.js';

/** Mark the tokens of agents, as `cr_` marks those of programs. */
export const JOIN_PREFIX = 'crj_';
const CREDENTIAL_PREFIX = 'cra_';

/** Whether a token is one of an agent, by its first characters. */
export function isOfAgent(token: string): boolean {
  return token.startsWith(JOIN_PREFIX) || token.startsWith(CREDENTIAL_PREFIX);
}

/** A credential that was just made: the only time that its secret is known. */
export interface NewCredential {
  readonly id: string;
  readonly secret: string;
  readonly tenantId: string | null;
}

interface AgentCallerRow extends AgentCaller {
  readonly name: string;
  readonly tenantName: string | null;
}

/** What agents on other machines prove themselves with. Looked up by digest, like API tokens. */
@Injectable()
export class AgentCredentials {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /** The agent, or whoever was invited to become one; null when the token is unknown, spent, expired or revoked. */
  async find(token: string): Promise<Principal | null> {
    const [row] = await this.database.query<AgentCallerRow>(READ_AGENT_CALLER, [digestOf(token)]);
    if (!row) return null;
    const { kind, id, tenantId, tenantName, name } = row;
    const tenants = tenantId === null ? [] : [{ id: tenantId, name: tenantName ?? '', role: 'viewer' as const }];
    const agent = { kind, id, tenantId };
    return { kind: 'agent', name, userId: null, isSystemAdmin: false, tenants, defaultTenantId: tenantId, agent };
  }

  /** Makes a credential for an agent of `tenantId` (null: of all tenants). */
  async issueTx(tx: Tx, given: { tenantId: string | null; name: string; createdBy: string }): Promise<NewCredential> {
    return this.putTx(tx, { id: newId(), ...given });
  }

  /**
   * Exchanges a join token for a credential. The same `instanceKey` may do it again within ten minutes and gets a new secret for the same
   * credential: its first answer may have been lost. Throws `conflict` when somebody else was faster.
   */
  async redeemTx(tx: Tx, joinTokenId: string, instanceKey: string, name: string): Promise<NewCredential> {
    const values = [joinTokenId, digestOf(instanceKey), newId()];
    const [spent] = await queryTx<{ id: string; tenantId: string | null; name: string }>(tx, REDEEM_JOIN_TOKEN, values);
    if (!spent) throw new DomainError('conflict', 'The join token has been used by another agent. Ask for a new one.');
    return this.putTx(tx, { id: spent.id, tenantId: spent.tenantId, name, createdBy: `join token ${spent.name}` });
  }

  /** Ends a credential at once. */
  async revokeTx(tx: Tx, id: string): Promise<void> {
    await queryTx(tx, REVOKE_CREDENTIAL, [id]);
  }

  private async putTx(
    tx: Tx,
    given: { id: string; tenantId: string | null; name: string; createdBy: string },
  ): Promise<NewCredential> {
    const secret = CREDENTIAL_PREFIX + newSecret();
    const { id, tenantId, name, createdBy } = given;
    await queryTx(tx, PUT_CREDENTIAL, [id, tenantId, name, digestOf(secret), createdBy]);
    return { id, secret, tenantId };
  }
}
