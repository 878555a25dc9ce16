import { Inject, Injectable } from '@nestjs/common';
import { userInfo } from 'node:os';
import { MembershipsService } from '../auth/memberships.service.js';
import { ANONYMOUS } from '../auth/open-mode.js';
import { TokensService } from '../auth/tokens.service.js';
import { UsersService } from '../auth/users.service.js';
import { runInContext } from '../context/request-context.js';
import { newId } from '../kernel/ids.js';
import { TenantsService } from '../tenancy/tenants.service.js';

/** The services that commands call, as a system administrator named after the account at the terminal. */
@Injectable()
export class Workplace {
  constructor(
    @Inject(TenantsService) readonly tenants: TenantsService,
    @Inject(UsersService) readonly users: UsersService,
    @Inject(MembershipsService) readonly memberships: MembershipsService,
    @Inject(TokensService) readonly tokens: TokensService,
  ) {}

  /** Runs `work` for the tenant of that name. Throws `not_found` when there is none. */
  async inTenant<T>(name: string, work: () => Promise<T>): Promise<T> {
    await this.tenants.ensureDefault();
    const tenant = await this.tenants.byName(name);
    const actor = `cli:${accountName()}`;
    const principal = { ...ANONYMOUS, name: actor };
    return runInContext({ requestId: newId(), actor, tenant, principal, role: 'admin' }, work);
  }
}

/** Containers run as numbers that have no name. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
