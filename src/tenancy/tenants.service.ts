import { Inject, Injectable } from '@nestjs/common';
import { queryTx, type Tx } from '../database/database.js';
import { SystemDatabase } from '../database/system-database.js';
import { DomainError } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { INSERT_TENANT } from './sql/insert-tenant.js';
import { READ_FORBIDDEN_CLASSES } from './sql/read-forbidden-classes.js';
import { READ_TENANT } from './sql/read-tenant.js';

/** The tenant of a request that names none. */
export const DEFAULT_TENANT = 'default_tenant';

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

  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

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
    const [created] = await this.database.query<TenantRef>(INSERT_TENANT, [newId(), DEFAULT_TENANT]);
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
    if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name)) return undefined;
    const [tenant] = await this.database.query<TenantRef>(READ_TENANT, [name]);
    return tenant;
  }
}

/** The refusal of a tenant. It must not tell whether the tenant exists. */
function forbiddenTenant(): DomainError {
  return new DomainError('forbidden', 'You may not act for the tenant named in the header Tenant.');
}
