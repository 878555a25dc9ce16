// Composes what the command line needs: the database and the rooms that own tenants and users. Refuses to own rules: it calls the same
// services as the API, without HTTP.
import { Module, type DynamicModule } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { AuthModule } from '../auth/auth.module.js';
import type { Config } from '../config/config.js';
import { ConfigModule } from '../config/config.module.js';
import { DatabaseModule, type DatabaseSettings } from '../database/database.module.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { Workplace } from './workplace.js';

@Module({})
export class CliModule {
  static with(config: Config, database: DatabaseSettings, entities: readonly (new () => object)[]): DynamicModule {
    return {
      module: CliModule,
      imports: [
        ConfigModule.with(config),
        DatabaseModule.with(database, [...entities]),
        AuditLogModule,
        TenancyModule,
        AuthModule,
      ],
      providers: [Workplace],
    };
  }
}
