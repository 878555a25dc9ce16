import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { queryTx } from '../database/database.js';
import { SystemDatabase } from '../database/system-database.js';
import { newId } from '../kernel/ids.js';
import { TenantsService } from '../tenancy/tenants.service.js';
import { Membership } from './membership.entity.js';
import { PasswordHasher } from './password-hasher.js';
import { newSecret } from './secret-text.js';
import { HAS_USERS } from './sql/has-users.js';
import { User } from './user.entity.js';

/** Characters of a made-up password: 20 of 64 are 120 bits. */
const MADE_UP_LENGTH = 20;

/** Makes the account with which everything else can be set up. */
@Injectable()
export class FirstAdministrator {
  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(TenantsService) private readonly tenants: TenantsService,
  ) {}

  /**
   * Makes a system administrator when there is no user at all; of replicas that start together one does. Returns its password if
   * that was made up: nobody can read it later. Null: there was a user already, or the password was given.
   */
  async ensure(username: string, givenPassword: string | null): Promise<string | null> {
    const password = givenPassword ?? newSecret().slice(0, MADE_UP_LENGTH);
    const [users] = await this.database.query<{ exist: boolean }>(HAS_USERS);
    if (users?.exist) return null;
    const passwordHash = await this.hasher.hash(password);
    const { tenant } = await this.tenants.ensureDefault();
    const { id: systemId } = await this.tenants.system();
    const isMade = await this.database.transaction(async (tx) => {
      await queryTx(tx, 'LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE');
      const [now] = await queryTx<{ exist: boolean }>(tx, HAS_USERS);
      if (now?.exist) return false;
      const id = newId();
      await tx.insert(User, { id, username, passwordHash, isSystemAdmin: true, createdBy: 'system' });
      await tx.insert(Membership, { tenantId: tenant.id, userId: id, role: 'admin', createdBy: 'system' });
      const subject = { type: 'user', id, name: username };
      const after = { username, isSystemAdmin: true };
      await this.audit.recordTx(tx, { tenantId: systemId, event: 'user.created', subject, after });
      return true;
    });
    return isMade && givenPassword === null ? password : null;
  }
}
