import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentContext, currentPrincipal } from '../context/request-context.js';
import { SystemDatabase } from '../database/system-database.js';
import { Clock } from '../kernel/clock.js';
import { DomainError } from '../kernel/domain-error.js';
import { forbiddenTenant, TenantsService } from '../tenancy/tenants.service.js';
import { PasswordHasher, refuseWeakPassword } from './password-hasher.js';
import { PasswordSignIn } from './password-sign-in.service.js';
import { SessionsService } from './sessions.service.js';
import { User } from './user.entity.js';

/** What users do to their own accounts. Throws `forbidden` for tokens and in the open mode, which have none. */
@Injectable()
export class OwnAccount {
  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
    @Inject(PasswordSignIn) private readonly signIn: PasswordSignIn,
    @Inject(SessionsService) private readonly sessions: SessionsService,
    @Inject(TenantsService) private readonly tenants: TenantsService,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /**
   * Changes the password and ends the user's other sessions. A wrong `current` counts as a wrong sign-in from `address`: a session
   * that was left open must not serve to guess it. Throws `forbidden`, `invalid_input`, `rate_limited`.
   */
  async changePassword(current: string, next: string, address: string): Promise<void> {
    const { userId, name, sessionHash } = ownUser();
    refuseWeakPassword(next, '/newPassword');
    try {
      await this.signIn.check(name, current, address);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'unauthenticated') throw error;
      throw new DomainError('forbidden', '/currentPassword is not your password.', [], { cause: error });
    }
    const passwordHash = await this.hasher.hash(next);
    const tenantId = currentContext()?.tenant?.id ?? (await this.tenants.system()).id;
    await this.database.transaction(async (tx) => {
      await tx.update(User, { id: userId }, { passwordHash, passwordChangedAt: this.clock.now() });
      await this.sessions.endAllTx(tx, userId, sessionHash ?? null);
      const subject = { type: 'user', id: userId, name };
      await this.audit.recordTx(tx, { tenantId, event: 'user.updated', subject, after: { credentials: 'changed' } });
    });
  }

  /** Ends all sessions of the user, the one of this request too. */
  async signOutEverywhere(): Promise<void> {
    const { userId } = ownUser();
    await this.database.transaction((tx) => this.sessions.endAllTx(tx, userId));
  }

  /** Chooses the tenant of requests that name none. Throws `forbidden` for one that is not the user's. */
  async chooseTenant(name: string): Promise<void> {
    const { userId, tenants } = ownUser();
    const tenant = tenants.find((one) => one.name === name);
    if (!tenant) throw forbiddenTenant();
    await this.database.transaction((tx) => tx.update(User, { id: userId }, { defaultTenantId: tenant.id }));
  }
}

function ownUser(): ReturnType<typeof currentPrincipal> & { userId: string } {
  const principal = currentPrincipal();
  if (principal.userId === null)
    throw new DomainError('forbidden', `You are ${principal.name}, which is no user account.`);
  return { ...principal, userId: principal.userId };
}
