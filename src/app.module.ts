// Composes the rooms by the roles of this process. Owns no behaviour.
import { Module, type DynamicModule } from '@nestjs/common';
import { AgentsModule } from './agents/agents.module.js';
import { ENTITIES } from './app.entities.js';
import { AuditLogModule } from './audit-log/audit-log.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CompatModule } from './compat/compat.module.js';
import type { Config } from './config/config.js';
import type { Role } from './config/settings.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule, type DatabaseSettings } from './database/database.module.js';
import { DispatchModule } from './dispatch/dispatch.module.js';
import { JobClassesModule } from './dispatch/job-classes.module.js';
import { RescueModule } from './dispatch/rescue.module.js';
import { ExecutionsModule } from './executions/executions.module.js';
import { FleetModule } from './fleet/fleet.module.js';
import { HousekeepingModule } from './housekeeping/housekeeping.module.js';
import { HttpModule } from './http/http.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { SchedulerModule } from './scheduler/scheduler.module.js';
import { TagsModule } from './tags/tags.module.js';
import { TenancyModule } from './tenancy/tenancy.module.js';

@Module({})
export class AppModule {
  /**
   * Every process has the database and health. The role `api` adds the controllers; `scheduler` and `worker` their loops.
   * Controllers that come along with a room that another role needs are not served without `api` (see `app.setup.ts`).
   */
  static with(config: Config, database: DatabaseSettings): DynamicModule {
    const always = [
      ConfigModule.with(config),
      DatabaseModule.with(database, ENTITIES),
      ObservabilityModule,
      HttpModule,
      TenancyModule,
      AuthModule,
    ];
    const byRole: Record<Role, Required<DynamicModule>['imports']> = {
      api: [
        JobsModule,
        ExecutionsModule,
        JobClassesModule,
        TagsModule,
        AgentsModule,
        FleetModule,
        AuditLogModule,
        CompatModule,
      ],
      scheduler: [SchedulerModule, RescueModule, HousekeepingModule],
      worker: [DispatchModule],
    };
    return {
      module: AppModule,
      imports: [...always, ...[...config.roles].flatMap((role) => byRole[role])],
    };
  }
}
