import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentPrincipal } from '../context/request-context.js';
import { queryTx, type Tx } from '../database/database.js';
import { SystemDatabase } from '../database/system-database.js';
import { DomainError, notFound } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { INSERT_TENANT } from './sql/insert-tenant.js';
import { READ_FORBIDDEN_CLASSES } from './sql/read-forbidden-classes.js';
import { LIST_TENANTS } from './sql/list-tenants.js';
import { READ_TENANT } from './sql/read-tenant.js';
import { TELL_WORKERS } from './sql/tell-workers.js';
import { Tenant } from './tenant.entity.js';

/** The tenant of a request that names none. */
export const DEFAULT_TENANT = 'default_tenant';

/** Made by the migration: the installation itself, owner of audit entries that concern no other tenant or a yet unknown one. */
const SYSTEM_TENANT = 'system';

/** What a tenant's name must look like. */
export const TENANT_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** A tenant as it is shown. */
export interface TenantRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Names and patterns of job classes that nobody may use for it. */
  readonly forbiddenJobClasses: string[];
  /** Most runs that workers hold for it at the same time; null: no limit. */
  readonly maxRunning: number | null;
  /** Only agents of its own serve it. */
  readonly dedicatedAgentsOnly: boolean;
  readonly historyDays: number | null;
  readonly auditLogDays: number | null;
  readonly createdAt: Date;
}

/** What can be changed about a tenant; undefined stays as it is. */
export interface TenantChanges {
  readonly description?: string | undefined;
  readonly forbiddenJobClasses?: string[] | undefined;
  readonly maxRunning?: number | null | undefined;
  readonly dedicatedAgentsOnly?: boolean | undefined;
  readonly historyDays?: number | null | undefined;
  readonly auditLogDays?: number | null | undefined;
}

/** What the rest of the server knows of a tenant. */
export interface TenantRef {
  readonly id: string;
  readonly name: string;
}

/** Finds and creates tenants. A tenant's id and name never change, so what was found once is kept. */
@Injectable()
export class TenantsService {
  private readonly known = new Map<string, TenantRef>();
  private ensured: Promise<{ tenant: TenantRef; created: boolean }> | null = null;

  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** The tenant that stands for the installation. */
  async system(): Promise<TenantRef> {
    return this.resolve(SYSTEM_TENANT);
  }

  /** Up to `rows` tenants by name, after the name `after`: those the caller may act for. */
  async list(after: string | null, rows: number): Promise<TenantRow[]> {
    return this.database.query<TenantRow>(LIST_TENANTS, [visibleIds(), null, after, rows]);
  }

  /** Throws `not_found`, also for tenants that the caller may not act for. */
  async get(id: string): Promise<TenantRow> {
    const [tenant] = await this.database.query<TenantRow>(LIST_TENANTS, [visibleIds(), id, null, 1]);
    if (!tenant) throw notFound('tenant', id);
    return tenant;
  }

  /** For those who may know which tenants there are. Throws `not_found`. */
  async byName(name: string): Promise<TenantRef> {
    const tenant = await this.find(name);
    if (!tenant) throw notFound('tenant', name);
    return tenant;
  }

  /** Throws `conflict` when the name is taken. */
  async create(input: { name: string; description: string }): Promise<TenantRow> {
    const { id: systemId } = await this.system();
    const id = await this.database.transaction(async (tx) => {
      const [created] = await queryTx<TenantRef>(tx, INSERT_TENANT, [newId(), input.name, input.description]);
      if (!created) throw new DomainError('conflict', `There is a tenant ${JSON.stringify(input.name)} already.`);
      const subject = { type: 'tenant', id: created.id, name: input.name };
      await this.audit.recordTx(tx, { tenantId: systemId, event: 'tenant.created', subject, after: input });
      return created.id;
    });
    return this.get(id);
  }

  /** Changes what is given. Throws `not_found`. */
  async update(id: string, changes: TenantChanges): Promise<TenantRow> {
    const before = await this.get(id);
    const { id: systemId } = await this.system();
    const after = {
      description: changes.description ?? before.description,
      forbiddenJobClasses: changes.forbiddenJobClasses ?? before.forbiddenJobClasses,
      maxRunning: changes.maxRunning === undefined ? before.maxRunning : changes.maxRunning,
      dedicatedAgentsOnly: changes.dedicatedAgentsOnly ?? before.dedicatedAgentsOnly,
      historyDays: changes.historyDays === undefined ? before.historyDays : changes.historyDays,
      auditLogDays: changes.auditLogDays === undefined ? before.auditLogDays : changes.auditLogDays,
    };
    const { description, forbiddenJobClasses, maxRunning, dedicatedAgentsOnly, historyDays, auditLogDays } = before;
    const placesAnew = maxRunning !== after.maxRunning || dedicatedAgentsOnly !== after.dedicatedAgentsOnly;
    await this.database.transaction(async (tx) => {
      await tx.update(Tenant, { id }, after);
      await this.audit.recordTx(tx, {
        tenantId: systemId,
        event: 'tenant.updated',
        subject: { type: 'tenant', id, name: before.name },
        before: { description, forbiddenJobClasses, maxRunning, dedicatedAgentsOnly, historyDays, auditLogDays },
        after,
      });
      if (placesAnew) await queryTx(tx, TELL_WORKERS, []);
    });
    return this.get(id);
  }

  /**
   * The default tenant, created if this is a new database. Replicas that start together create one. Within a process every call
   * gets the answer of the first, so that whoever sets up a new tenant (the demo job) learns of it whenever it asks.
   */
  ensureDefault(): Promise<{ tenant: TenantRef; created: boolean }> {
    this.ensured ??= this.createDefault().catch((error: unknown) => {
      this.ensured = null;
      throw error;
    });
    return this.ensured;
  }

  private async createDefault(): Promise<{ tenant: TenantRef; created: boolean }> {
    const [created] = await this.database.query<TenantRef>(INSERT_TENANT, [newId(), DEFAULT_TENANT, '']);
    const tenant = created ?? (await this.find(DEFAULT_TENANT));
    if (!tenant) throw new Error(`The tenant ${DEFAULT_TENANT} vanished while it was looked up.`);
    this.known.set(tenant.name, tenant);
    return { tenant, created: created !== undefined };
  }

  /** The tenant of that name; absent: the default one. Throws `forbidden` in the same words for every name that is not served. */
  async resolve(name: string | undefined): Promise<TenantRef> {
    const wanted = name ?? DEFAULT_TENANT;
    const tenant = this.known.get(wanted) ?? (await this.find(wanted));
    if (!tenant) throw forbiddenTenant();
    this.known.set(tenant.name, tenant);
    return tenant;
  }

  /** The tenant of that name if it was resolved before: saves the hook of every request a turn of the event loop. */
  resolved(name: string | undefined): TenantRef | undefined {
    return this.known.get(name ?? DEFAULT_TENANT);
  }

  /** The patterns of job classes that the tenant may not use, as they are now: they change, so they are not kept. */
  async forbiddenJobClassesTx(tx: Tx, id: string): Promise<readonly string[]> {
    const [row] = await queryTx<{ patterns: string[] }>(tx, READ_FORBIDDEN_CLASSES, [id]);
    if (!row) throw new Error(`The tenant ${id} vanished.`);
    return row.patterns;
  }

  private async find(name: string): Promise<TenantRef | undefined> {
    // What cannot be a name is not looked up: text with U+0000 would make the database complain.
    if (!TENANT_NAME.test(name)) return undefined;
    const [tenant] = await this.database.query<TenantRef>(READ_TENANT, [name]);
    return tenant;
  }
}

/** Null: all tenants. */
function visibleIds(): string[] | null {
  const { isSystemAdmin, tenants } = currentPrincipal();
  return isSystemAdmin ? null : tenants.map(({ id }) => id);
}

/** The refusal of a tenant. It must not tell whether the tenant exists. */
export function forbiddenTenant(): DomainError {
  return new DomainError('forbidden', 'You may not act for the tenant named in the header Tenant.');
}
