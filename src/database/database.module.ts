// Owns the connections: TypeORM's pool for the API with its tenant door and system door, the dispatch pool, the LISTEN connection.
// Refuses to own any table.
import {
  Global,
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type MixedList } from 'typeorm';
import { Announcements } from './announcements.js';
import { CommandPool } from './command-pool.js';
import { Database } from './database.js';
import { DispatchPool } from './dispatch-pool.js';
import { Listener } from './listener.js';
import { SystemDatabase } from './system-database.js';
import { openTenantPool, tenantPoolOptions, tryTenantDoor } from './tenant-pool.js';

/** Where the database is. `directUrl` reaches PostgreSQL itself when `url` goes through a transaction pooler. */
export interface DatabaseSettings {
  readonly url: string;
  readonly directUrl: string;
  readonly poolSize: number;
}

const DISPATCH_CONNECTIONS = 4;
/** As many requests on the hot path commit together. */
const COMMAND_CONNECTIONS = 6;

@Global()
@Module({})
export class DatabaseModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(Listener) private readonly listener: Listener,
    @Inject(DispatchPool) private readonly pool: DispatchPool,
    @Inject(CommandPool) private readonly commands: CommandPool,
    @Inject(DataSource) private readonly source: DataSource,
  ) {}

  static with(settings: DatabaseSettings, entities: MixedList<new () => object>): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ ...tenantPoolOptions(settings.url, settings.poolSize, entities), retryAttempts: 3 }),
          dataSourceFactory: openTenantPool,
        }),
      ],
      providers: [
        Database,
        SystemDatabase,
        { provide: DispatchPool, useFactory: () => new DispatchPool(settings.directUrl, DISPATCH_CONNECTIONS) },
        {
          provide: CommandPool,
          useFactory: () => new CommandPool(settings.directUrl, COMMAND_CONNECTIONS, 'carillon-commands'),
        },
        { provide: Listener, useFactory: () => new Listener(settings.directUrl) },
        { provide: Announcements, useFactory: (listener: Listener) => new Announcements(listener), inject: [Listener] },
      ],
      exports: [Announcements, CommandPool, Database, SystemDatabase, DispatchPool, Listener],
    };
  }

  /** Nothing is listened to before every room has had its constructor, in which it names its channels. */
  async onModuleInit(): Promise<void> {
    await Promise.all([this.pool.verify(), this.commands.verify()]);
    await tryTenantDoor(this.source);
    await this.listener.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.listener.close();
    await this.pool.close();
    await this.commands.close();
  }
}
