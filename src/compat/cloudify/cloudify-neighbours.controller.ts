import { Body, Controller, Delete, Get, Headers, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiParam } from '@nestjs/swagger';
import type { RawBody } from '../../http/raw-body.js';
import { CloudifyNeighbours } from './cloudify-neighbours.service.js';
import { CloudifyOperation } from './cloudify-operation.decorator.js';
import { CloudifyTokens } from './cloudify-tokens.service.js';
import { CloudifyBlueprint, CloudifyBlueprintList } from './deployment.wire.js';
import type { Query as Asked } from './list-query.js';
import {
  CloudifyManagerStatus,
  CloudifyTenant,
  CloudifyTenantList,
  CloudifyToken,
  CloudifyTokenList,
  CloudifyVersion,
} from './neighbours.wire.js';
import type { Listed } from './page.wire.js';
import { demandJson, optionalBodyOf } from './request-body.js';

/** The release whose API is spoken: the last one that the client of the contract knows. */
const VERSION: CloudifyVersion = {
  edition: 'community',
  version: '6.4.0',
  build: null,
  date: null,
  commit: null,
  distribution: 'carillon',
  distro_release: null,
};
const Name = ApiParam({ name: 'name', example: 'default_tenant' });
const Id = ApiParam({ name: 'id', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' });

/** What clients ask for beside executions and deployments. */
@Controller('~cloudify')
export class CloudifyNeighboursController {
  constructor(
    @Inject(CloudifyNeighbours) private readonly neighbours: CloudifyNeighbours,
    @Inject(CloudifyTokens) private readonly tokens: CloudifyTokens,
  ) {}

  @Get('version')
  @CloudifyOperation({
    permission: null,
    summary: 'Version of the manager',
    description:
      'What the original answers in the edition and release whose API this is; without credentials or tenant.',
    answer: CloudifyVersion,
  })
  version(): CloudifyVersion {
    return VERSION;
  }

  @Get('status')
  @CloudifyOperation({
    permission: 'me:read',
    summary: 'Whether the manager is up',
    description: 'Whoever gets an answer has reached a server that works.',
    answer: CloudifyManagerStatus,
  })
  status(): CloudifyManagerStatus {
    return { status: 'OK', services: {} };
  }

  @Get('blueprints')
  @CloudifyOperation({
    permission: 'groups:read',
    summary: 'List blueprints',
    description: 'There is one, `hello-world`. Blueprints cannot be uploaded.',
    answer: CloudifyBlueprintList,
    errors: [400],
    projects: true,
  })
  blueprints(@Query() query: Asked): Listed<CloudifyBlueprint> {
    return this.neighbours.blueprints(query);
  }

  @Get('blueprints/:id')
  @ApiParam({ name: 'id', example: 'hello-world' })
  @CloudifyOperation({
    permission: 'groups:read',
    summary: 'Get a blueprint',
    description: 'Only `hello-world` is there.',
    answer: CloudifyBlueprint,
    errors: [400, 404],
    projects: true,
  })
  blueprint(@Param('id') id: string, @Query() query: Asked): CloudifyBlueprint {
    return this.neighbours.blueprint(id, query);
  }

  @Get('tenants')
  @CloudifyOperation({
    permission: 'tenants:read',
    summary: 'List tenants',
    description: 'Those that you may act for.',
    answer: CloudifyTenantList,
    errors: [400],
  })
  tenants(@Query() query: Asked): Promise<Listed<CloudifyTenant>> {
    return this.neighbours.listTenants(query);
  }

  @Get('tenants/:name')
  @Name
  @CloudifyOperation({
    permission: 'tenants:read',
    summary: 'Get a tenant',
    description: 'One that you may act for, by name.',
    answer: CloudifyTenant,
    errors: [404],
  })
  tenant(@Param('name') name: string): Promise<CloudifyTenant> {
    return this.neighbours.tenant(name);
  }

  @Post('tenants/:name')
  @Name
  @CloudifyOperation({
    permission: 'tenants:manage',
    summary: 'Create a tenant',
    description: 'As `POST /api/v2/tenants` does it.',
    answer: CloudifyTenant,
    status: 201,
    errors: [400, 409],
  })
  createTenant(@Param('name') name: string): Promise<CloudifyTenant> {
    return this.neighbours.createTenant(name);
  }

  @Post('tokens')
  @CloudifyOperation({
    permission: 'tokens:manage',
    summary: 'Create a token',
    description: 'It may do in this tenant what you may. Also listed and revoked at `/api/v2/tokens`.',
    answer: CloudifyToken,
    errors: [400, 415],
  })
  @ApiBody({
    required: false,
    schema: {
      type: 'object',
      properties: {
        description: { type: 'string', nullable: true },
        expiration_date: { type: 'string', nullable: true },
      },
      example: { description: 'for the pipeline' },
    },
  })
  async createToken(
    @Body() raw: RawBody | null | undefined,
    @Headers('content-type') type: string | undefined,
  ): Promise<CloudifyToken> {
    demandJson(type);
    return this.tokens.create(optionalBodyOf(raw, type));
  }

  @Get('tokens')
  @CloudifyOperation({
    permission: 'tokens:manage',
    summary: 'List tokens',
    description: 'Those of the tenant that were not revoked, newest first, without their secrets.',
    answer: CloudifyTokenList,
    errors: [400],
    projects: true,
  })
  listTokens(@Query() query: Asked): Promise<Listed<CloudifyToken>> {
    return this.tokens.list(query);
  }

  @Get('tokens/:id')
  @Id
  @CloudifyOperation({
    permission: 'tokens:manage',
    summary: 'Get a token',
    description: 'Without its secret.',
    answer: CloudifyToken,
    errors: [404],
  })
  token(@Param('id') id: string): Promise<CloudifyToken> {
    return this.tokens.get(id);
  }

  @Delete('tokens/:id')
  @Id
  @CloudifyOperation({
    permission: 'tokens:manage',
    summary: 'Revoke a token',
    description: 'It ends at once. Answers what it was.',
    answer: CloudifyToken,
    errors: [404],
  })
  revokeToken(@Param('id') id: string): Promise<CloudifyToken> {
    return this.tokens.revoke(id);
  }
}
