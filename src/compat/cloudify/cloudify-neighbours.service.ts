import { Inject, Injectable } from '@nestjs/common';
import { TokensService } from '../../auth/tokens.service.js';
import { currentContext, currentPrincipal, currentTenant } from '../../context/request-context.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { TENANT_NAME, TenantsService } from '../../tenancy/tenants.service.js';
import { BLUEPRINTS } from './blueprint-catalog.js';
import { badParameters, notFoundHere } from './cloudify-refusal.js';
import { toBlueprint, type CloudifyBlueprint } from './deployment.wire.js';
import { told, type JsonObject } from './json-type.js';
import { includedFields, listQuery, projected, type Query } from './list-query.js';
import type { CloudifyTenant, CloudifyToken } from './neighbours.wire.js';
import { toList, type Listed } from './page.wire.js';
import { optionalText } from './request-body.js';

const BLUEPRINT_FIELDS = ['id', 'description', 'main_file_name', 'plan', 'state', 'tenant_name', 'visibility'] as const;
const TENANT_FIELDS = ['name'] as const;
/** Tenants are few; a client that pages sees slices of these. */
const MOST_TENANTS = 10_000;
const EXPIRY = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)$/;

/** Blueprints, tenants and tokens, as far as clients of executions need them. */
@Injectable()
export class CloudifyNeighbours {
  constructor(
    @Inject(TenantsService) private readonly tenants: TenantsService,
    @Inject(TokensService) private readonly tokens: TokensService,
  ) {}

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

  /** A token that may do in this tenant what the caller may. Throws `bad_parameters_error`. */
  async createToken(body: JsonObject): Promise<CloudifyToken> {
    const description = optionalText(body, 'description') ?? '';
    const expiration = optionalText(body, 'expiration_date') ?? optionalText(body, 'expiration');
    const expiresAt = expiration !== null && EXPIRY.test(expiration) ? new Date(expiration.replace(' ', 'T')) : null;
    if (expiration !== null && (expiresAt === null || Number.isNaN(expiresAt.getTime())))
      throw badParameters(
        `expiration_date must be a date with a zone, such as 2030-01-01T00:00:00Z, not ${told(expiration)}.`,
      );
    const role = currentContext()?.role;
    if (!role) throw new DomainError('forbidden', 'You have no role in this tenant.');
    const id = newId();
    const name = `cloudify ${description} ${id}`.replaceAll(/\s+/g, ' ').slice(0, 100);
    const { token, secret } = await this.tokens.create({ name, role, expiresAt });
    return {
      id: token.id,
      value: secret,
      role,
      username: currentPrincipal().name,
      expiration_date: expiresAt?.toISOString() ?? null,
      description,
    };
  }
}
