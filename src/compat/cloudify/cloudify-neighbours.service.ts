import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../../context/request-context.js';
import { TENANT_NAME, TenantsService } from '../../tenancy/tenants.service.js';
import { BLUEPRINTS } from './blueprint-catalog.js';
import { badParameters, notFoundHere } from './cloudify-refusal.js';
import { toBlueprint, type CloudifyBlueprint } from './deployment.wire.js';
import { told } from './json-type.js';
import { includedFields, listQuery, projected, type Query } from './list-query.js';
import type { CloudifyTenant } from './neighbours.wire.js';
import { toList, type Listed } from './page.wire.js';

const BLUEPRINT_FIELDS = [
  ...(['id', 'description', 'main_file_name', 'plan', 'state', 'tenant_name', 'visibility'] as const),
  ...(['created_at', 'updated_at', 'created_by', 'labels'] as const),
] as const;
const TENANT_FIELDS = ['name'] as const;
/** Tenants are few; a client that pages sees slices of these. */
const MOST_TENANTS = 10_000;

/** Blueprints and tenants, as far as clients of executions need them. */
@Injectable()
export class CloudifyNeighbours {
  constructor(@Inject(TenantsService) private readonly tenants: TenantsService) {}

  blueprints(query: Query): Listed<CloudifyBlueprint> {
    const asked = listQuery(query, BLUEPRINT_FIELDS);
    const ids = asked.filters.get('id');
    const found = BLUEPRINTS.filter(({ id }) => ids?.includes(id) !== false);
    const slice = found.slice(asked.offset, asked.offset + asked.rows);
    return toList(
      slice.map((one) => projected(toBlueprint(one, currentTenant().name), asked.include)),
      found.length,
      asked,
    );
  }

  /** Throws `not_found_error`. */
  blueprint(id: string, query: Query): CloudifyBlueprint {
    const include = includedFields(query, BLUEPRINT_FIELDS);
    const found = BLUEPRINTS.find((one) => one.id === id);
    if (found === undefined) throw notFoundHere('Blueprint', id.slice(0, 100));
    return projected(toBlueprint(found, currentTenant().name), include);
  }

  /** Those that the caller may act for. */
  async listTenants(query: Query): Promise<Listed<CloudifyTenant>> {
    const asked = listQuery(query, TENANT_FIELDS);
    const names = asked.filters.get('name');
    const found = (await this.tenants.list(null, MOST_TENANTS)).filter(({ name }) => names?.includes(name) !== false);
    const slice = found.slice(asked.offset, asked.offset + asked.rows);
    return toList(
      slice.map(({ name }) => ({ name })),
      found.length,
      asked,
    );
  }

  /** Throws `not_found_error`, also for those that the caller may not act for. */
  async tenant(name: string): Promise<CloudifyTenant> {
    const found = (await this.tenants.list(null, MOST_TENANTS)).find((one) => one.name === name);
    if (found === undefined) throw notFoundHere('Tenant', name.slice(0, 100));
    return { name };
  }

  /** Throws `bad_parameters_error` for what cannot be a name, `conflict_error` for one that is taken. */
  async createTenant(name: string): Promise<CloudifyTenant> {
    if (!TENANT_NAME.test(name))
      throw badParameters(
        `A tenant cannot be called ${told(name)}: 1 to 64 letters, digits, _ . - only, the first a letter or digit.`,
      );
    await this.tenants.create({ name, description: '' });
    return { name };
  }
}
