import { DataSource, type DataSourceOptions, type MixedList } from 'typeorm';
import { runInContext } from '../context/request-context.js';
import { dataSourceOptions } from './data-source-options.js';
import { throughSystemDoor } from './system-door.js';
import { TenantClient } from './tenant-client.js';
import { explainMissing } from './tenant-role.js';
import { sqlState } from './sql-state.js';

/** No tenant has this id. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
/** `permission denied to set role` and `role … does not exist`. */
const NO_ROLE = ['42501', '22023'];

/** As `dataSourceOptions`, with the tenant door on every connection: for the server, which acts for tenants. */
export function tenantPoolOptions(
  url: string,
  poolSize: number,
  entities: MixedList<new () => object>,
): DataSourceOptions {
  return dataSourceOptions(url, poolSize, entities, { Client: TenantClient });
}

/** Connects. TypeORM asks the database for its version and schema meanwhile, which is nobody's. */
export async function openTenantPool(options?: DataSourceOptions): Promise<DataSource> {
  if (options === undefined) throw new Error('The options of the connection pool are missing.');
  return throughSystemDoor(() => new DataSource(options).initialize());
}

/** Passes the tenant door once. Throws, saying what to do, when this pool's login may not act as the role behind it. */
export async function tryTenantDoor(source: DataSource): Promise<void> {
  const nobody = { requestId: NOBODY, actor: 'system', tenant: { id: NOBODY, name: '' } };
  try {
    await runInContext(nobody, () => source.query('SELECT 1'));
  } catch (error) {
    if (!NO_ROLE.includes(sqlState(error) ?? '')) throw error;
    const [row] = await throughSystemDoor(() => source.query<{ login: string }[]>('SELECT current_user AS login'));
    throw new Error(explainMissing(row?.login ?? ''), { cause: error });
  }
}
