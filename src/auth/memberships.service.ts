import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentActor, currentPrincipal, currentTenant, type TenantRole } from '../context/request-context.js';
import type { Tx } from '../database/database.js';
import { SystemDatabase } from '../database/system-database.js';
import { notFound } from '../kernel/domain-error.js';
import { Membership } from './membership.entity.js';
import { User } from './user.entity.js';
import { UsersService, type UserRow } from './users.service.js';

/** Owns who may do what in the tenant of the request. */
@Injectable()
export class MembershipsService {
  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(UsersService) private readonly users: UsersService,
  ) {}

  /**
   * Gives a user a role in the tenant. An administrator of the tenant does so for its members and its own accounts; a system administrator
   * for everybody, and one who belonged to another tenant then belongs to the installation. Throws `not_found`.
   */
  async put(userId: string, role: TenantRole): Promise<UserRow> {
    const user = await this.users.get(userId);
    const tenantId = currentTenant().id;
    await this.database.transaction(async (tx) => {
      const before = await lockTx(tx, tenantId, userId);
      if (!before && !currentPrincipal().isSystemAdmin && user.homeTenantId !== tenantId)
        throw notFound('user', userId);
      if (before) await tx.update(Membership, { tenantId, userId }, { role });
      else {
        await tx.insert(Membership, { tenantId, userId, role, createdBy: currentActor() });
        if (user.homeTenantId !== null && user.homeTenantId !== tenantId)
          await tx.update(User, { id: userId }, { homeTenantId: null });
      }
      await this.audit.recordTx(tx, {
        event: before ? 'membership.updated' : 'membership.created',
        subject: { type: 'membership', id: userId, name: user.username },
        before: before && { role: before.role },
        after: { role },
      });
    });
    return this.users.get(userId);
  }

  /** Takes a user out of the tenant; the account stays. Throws `not_found` when they are no member. */
  async delete(userId: string): Promise<void> {
    const user = await this.users.get(userId);
    const tenantId = currentTenant().id;
    await this.database.transaction(async (tx) => {
      const before = await lockTx(tx, tenantId, userId);
      if (!before) throw notFound('membership', userId);
      await tx.delete(Membership, { tenantId, userId });
      await this.audit.recordTx(tx, {
        event: 'membership.deleted',
        subject: { type: 'membership', id: userId, name: user.username },
        before: { role: before.role },
      });
    });
  }
}

function lockTx(tx: Tx, tenantId: string, userId: string): Promise<Membership | null> {
  return tx.findOne(Membership, { where: { tenantId, userId }, lock: { mode: 'pessimistic_write' } });
}
