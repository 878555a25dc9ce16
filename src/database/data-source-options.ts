import type pg from 'pg';
import { DefaultNamingStrategy, type DataSourceOptions, type MixedList, type NamingStrategyInterface } from 'typeorm';
import { KEPT_CONNECTIONS } from './kept-connections.js';
import { MIGRATIONS } from './migrations/migrations.js';

/** `nextFireAt` in TypeScript is `next_fire_at` in SQL. */
class SnakeCaseColumns extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(propertyName: string, customName: string | undefined): string {
    return customName ?? propertyName.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}

/**
 * The one place where TypeORM is configured, for the server, the migrations at boot and the TypeORM CLI (`ormconfig.ts`).
 * `synchronize` is off everywhere: the schema changes by migrations only. `pool` goes to pg's pool as it is.
 */
export function dataSourceOptions(
  url: string,
  poolSize = 10,
  entities: MixedList<new () => object> = [],
  pool: { readonly Client?: typeof pg.Client } = {},
): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: entities as MixedList<new () => object> & [],
    namingStrategy: new SnakeCaseColumns(),
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    poolSize,
    applicationName: 'carillon',
    extra: {
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 30_000,
      min: KEPT_CONNECTIONS,
      keepAlive: true,
      ...pool,
    },
  };
}
