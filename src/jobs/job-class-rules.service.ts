import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { currentTenant } from '../context/request-context.js';
import { Database, type Tx } from '../database/database.js';
import { DomainError } from '../kernel/domain-error.js';
import { matchingPattern } from '../runners/class-patterns.js';
import { TenantsService } from '../tenancy/tenants.service.js';

/**
 * Which job classes may be used: all but those that the setting FORBIDDEN_JOB_CLASSES or the tenant forbids. Asked when a job is written,
 * when it is run by hand, and again by the worker before any code runs, because the rules may have changed in between.
 */
@Injectable()
export class JobClassRules {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'forbiddenJobClasses'>,
    @Inject(TenantsService) private readonly tenants: TenantsService,
    @Inject(Database) private readonly database: Database,
  ) {}

  /** The patterns that the tenant of the request must keep to besides the setting. */
  ofTenant(): Promise<readonly string[]> {
    return this.tenants.forbiddenJobClassesTx(this.database.manager, currentTenant().id);
  }

  /** Why a class is forbidden, in a sentence that names it; null when it is not. `ofTenant` are the patterns of the tenant. */
  refusal(jobClass: string, ofTenant: readonly string[]): string | null {
    const bySetting = matchingPattern(this.config.forbiddenJobClasses, jobClass);
    if (bySetting !== null) {
      return `The job class ${jobClass} is forbidden on this server (${bySetting} in the setting FORBIDDEN_JOB_CLASSES).`;
    }
    const byTenant = matchingPattern(ofTenant, jobClass);
    return byTenant === null
      ? null
      : `The job class ${jobClass} is forbidden for this tenant (${byTenant} in its list of forbidden job classes).`;
  }

  /** Throws `forbidden_class` for a class that is forbidden. */
  permit(jobClass: string, ofTenant: readonly string[]): void {
    const message = this.refusal(jobClass, ofTenant);
    if (message === null) return;
    throw new DomainError('forbidden_class', message, [{ field: '/jobClass', code: 'forbidden_class', message }]);
  }

  /** The same by the rules of the tenant of the request as they are now. */
  async permitTx(tx: Tx, jobClass: string): Promise<void> {
    this.permit(jobClass, await this.tenants.forbiddenJobClassesTx(tx, currentTenant().id));
  }
}
