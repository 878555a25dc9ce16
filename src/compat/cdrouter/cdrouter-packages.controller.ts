import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiParam, ApiQuery } from '@nestjs/swagger';
import type { RawBody } from '../../http/raw-body.js';
import { CdrouterOperation, ListParameters } from './cdrouter-operation.decorator.js';
import { CdrouterPackages } from './cdrouter-packages.service.js';
import { CdrouterPackage } from './package.wire.js';
import type { Envelope, ListEnvelope } from './envelope.wire.js';
import type { NeededInterface } from './interfaces.js';
import { refuseForms } from './list-query.js';

type Raw = RawBody | null | undefined;
type Parameters = Record<string, unknown>;
const ONE = { type: CdrouterPackage, as: 'one' } as const;
const Id = ApiParam({ name: 'id', description: 'Digits.', example: '12' });

/** `/api/v1/packages/` */
@Controller('~cdrouter/packages')
export class CdrouterPackagesController {
  constructor(@Inject(CdrouterPackages) private readonly packages: CdrouterPackages) {}

  @Get()
  @CdrouterOperation({
    permission: 'jobs:read',
    summary: 'List packages',
    description: 'By id. Also without the final slash.',
    data: { type: CdrouterPackage, as: 'page' },
    errors: [400],
  })
  @ListParameters('name~DHCP')
  list(@Query() query: Parameters): Promise<ListEnvelope<CdrouterPackage>> {
    refuseForms(query);
    return this.packages.list(query);
  }

  @Post()
  @CdrouterOperation({
    permission: 'jobs:write',
    summary: 'Create a package',
    description:
      'A package is one of our jobs. Bulk operations are not served. `process=interfaces`: which interfaces it would need; makes nothing.',
    data: ONE,
    errors: [400, 403, 404, 409],
  })
  @ApiQuery({ name: 'process', required: false, schema: { type: 'string', enum: ['interfaces'] } })
  @ApiBody({ schema: { type: 'object', example: { name: 'one', description: null, tags: ['working'] } } })
  create(
    @Query() query: Parameters,
    @Body() body: Raw,
  ): Promise<Envelope<CdrouterPackage | readonly NeededInterface[]>> {
    return this.packages.post(query, body);
  }

  @Get(':id')
  @Id
  @CdrouterOperation({
    permission: 'jobs:read',
    summary: 'Get a package',
    description: 'With all fields.',
    data: ONE,
    errors: [400, 404],
  })
  get(@Param('id') id: string, @Query() query: Parameters): Promise<Envelope<CdrouterPackage>> {
    refuseForms(query);
    return this.packages.get(id);
  }

  @Patch(':id')
  @Id
  @CdrouterOperation({
    permission: 'jobs:write',
    summary: 'Edit a package',
    description: 'What is absent or null stays as it is.',
    data: ONE,
    errors: [400, 403, 404, 409],
  })
  @ApiBody({ schema: { type: 'object', example: { name: 'two', description: null } } })
  edit(@Param('id') id: string, @Body() body: Raw): Promise<Envelope<CdrouterPackage>> {
    return this.packages.edit(id, body);
  }

  @Delete(':id')
  @Id
  @CdrouterOperation({
    permission: 'jobs:write',
    summary: 'Delete a package',
    description: 'Jobs that were launched with it keep its name.',
    errors: [404, 409],
  })
  delete(@Param('id') id: string): Promise<void> {
    return this.packages.delete(id);
  }
}
