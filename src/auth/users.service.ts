import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentActor, currentPrincipal, currentTenant, type TenantRole } from '../context/request-context.js';
import { queryTx, type Tx } from '../database/database.js';
import { SystemDatabase } from '../database/system-database.js';
import { sqlState } from '../database/sql-state.js';
import { Clock } from '../kernel/clock.js';
import { DomainError, notFound } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { Membership } from './membership.entity.js';
import { PasswordHasher, refuseWeakPassword } from './password-hasher.js';
import { SessionsService } from './sessions.service.js';
import { LIST_USERS } from './sql/list-users.js';
import { LOCK_SYSTEM_ADMINS } from './sql/lock-system-admins.js';
import { User } from './user.entity.js';

const UNIQUE_VIOLATION = '23505';

/** A user as seen from the tenant of the request. */
export interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly isSystemAdmin: boolean;
  readonly homeTenantId: string | null;
  readonly disabledAt: Date | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly passwordChangedAt: Date;
  /** In the tenant of the request; null: not a member of it. */
  readonly role: TenantRole | null;
}

/** What may be changed of an account; what is absent stays. */
export interface UserChanges {
  readonly password?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly isSystemAdmin?: boolean | undefined;
}

/**
 * Owns accounts. An administrator of a tenant sees its members, and owns only the accounts that were made there: whoever sets a
 * password can act as its user everywhere. System administrators see and own all.
 */
@Injectable()
export class UsersService {
  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
    @Inject(SessionsService) private readonly sessions: SessionsService,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Up to `rows` users by name, after the name `after`: members of the tenant, or with `everywhere` all. Throws `forbidden`. */
  async list(filter: { everywhere: boolean; after: string | null; rows: number }): Promise<UserRow[]> {
    if (filter.everywhere) requireSystemAdmin('list the users of all tenants');
    return this.read([filter.everywhere, null, filter.after, filter.rows, null]);
  }

  /** Throws `not_found`, also for users whom the caller may not see. */
  async get(id: string): Promise<UserRow> {
    const [user] = await this.read([currentPrincipal().isSystemAdmin, id, null, 1, null]);
    if (!user) throw notFound('user', id);
    return user;
  }

  /** By name, in any case. Throws `not_found`. */
  async byName(username: string): Promise<UserRow> {
    const [user] = await this.read([currentPrincipal().isSystemAdmin, null, null, 1, username]);
    if (!user) throw notFound('user', username);
    return user;
  }

  private read(filter: readonly unknown[]): Promise<UserRow[]> {
    return this.database.query<UserRow>(LIST_USERS, [currentTenant().id, ...filter]);
  }

  /**
   * Makes a user and, unless `role` is null, a member of the tenant. Throws `invalid_input` for a weak password, `conflict` when the
   * name is taken anywhere, `forbidden` when somebody else makes a system administrator.
   */
  async create(input: {
    username: string;
    password: string;
    role: TenantRole | null;
    isSystemAdmin: boolean;
  }): Promise<UserRow> {
    if (input.isSystemAdmin) requireSystemAdmin('make system administrators');
    refuseWeakPassword(input.password);
    const passwordHash = await this.hasher.hash(input.password);
    const { username, role, isSystemAdmin } = input;
    const id = newId();
    const tenantId = currentTenant().id;
    const homeTenantId = currentPrincipal().isSystemAdmin ? null : tenantId;
    try {
      await this.database.transaction(async (tx) => {
        await tx.insert(User, { id, username, passwordHash, isSystemAdmin, homeTenantId, createdBy: currentActor() });
        if (role !== null) await tx.insert(Membership, { tenantId, userId: id, role, createdBy: currentActor() });
        const subject = { type: 'user', id, name: username };
        await this.audit.recordTx(tx, { event: 'user.created', subject, after: { username, role, isSystemAdmin } });
      });
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      throw new DomainError('conflict', `There is a user ${JSON.stringify(username)} already.`, [], { cause: error });
    }
    return this.get(id);
  }

  /**
   * Changes an account; a new password and disabling end its sessions. Throws `not_found`; `forbidden` when the account belongs to
   * somebody else; `invalid_input` for a weak password; `conflict` when no system administrator would be left.
   */
  async update(id: string, changes: UserChanges): Promise<UserRow> {
    if (changes.isSystemAdmin !== undefined) requireSystemAdmin('make or unmake system administrators');
    if (changes.password !== undefined) refuseWeakPassword(changes.password);
    const before = await this.get(id);
    requireOwnership(before);
    const passwordHash = changes.password === undefined ? undefined : await this.hasher.hash(changes.password);
    await this.database.transaction(async (tx) => {
      const disabledAt =
        changes.disabled === undefined ? before.disabledAt : changes.disabled ? this.clock.now() : null;
      const isSystemAdmin = changes.isSystemAdmin ?? before.isSystemAdmin;
      if (!isSystemAdmin || disabledAt !== null) await this.keepOneSystemAdminTx(tx, id);
      await tx.update(
        User,
        { id },
        {
          disabledAt,
          isSystemAdmin,
          ...(isSystemAdmin ? { homeTenantId: null } : {}),
          ...(passwordHash === undefined ? {} : { passwordHash, passwordChangedAt: this.clock.now() }),
        },
      );
      if (passwordHash !== undefined || disabledAt !== null) await this.sessions.endAllTx(tx, id);
      await this.audit.recordTx(tx, {
        event: 'user.updated',
        subject: { type: 'user', id, name: before.username },
        before: { disabled: before.disabledAt !== null, isSystemAdmin: before.isSystemAdmin },
        after: {
          disabled: disabledAt !== null,
          isSystemAdmin,
          ...(passwordHash === undefined ? {} : { credentials: 'changed' }),
        },
      });
    });
    return this.get(id);
  }

  private async keepOneSystemAdminTx(tx: Tx, leaving: string): Promise<void> {
    const admins = await queryTx<{ id: string }>(tx, LOCK_SYSTEM_ADMINS);
    if (admins.length === 1 && admins[0]?.id === leaving)
      throw new DomainError('conflict', 'This is the last system administrator; make another one first.');
  }
}

function requireSystemAdmin(what: string): void {
  if (!currentPrincipal().isSystemAdmin) throw new DomainError('forbidden', `Only a system administrator may ${what}.`);
}

function requireOwnership(user: UserRow): void {
  if (currentPrincipal().isSystemAdmin || user.homeTenantId === currentTenant().id) return;
  throw new DomainError(
    'forbidden',
    `The account ${JSON.stringify(user.username)} belongs to the whole installation; only a system administrator may change it.`,
  );
}
