import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiParam, ApiQuery } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { RawBody } from '../../http/raw-body.js';
import { CdrouterOperation, ListParameters } from './cdrouter-operation.decorator.js';
import { CdrouterConfigs } from './cdrouter-configs.service.js';
import { CdrouterConfig } from './config.wire.js';
import type { Envelope, ListEnvelope } from './envelope.wire.js';
import type { NeededInterface } from './interfaces.js';
import { refuseForms, textOf } from './list-query.js';

type Raw = RawBody | null | undefined;
type Parameters = Record<string, unknown>;
const ONE = { type: CdrouterConfig, as: 'one' } as const;
const Id = ApiParam({ name: 'id', description: 'Digits.', example: '12' });

/** `/api/v1/configs/` */
@Controller('~cdrouter/configs')
export class CdrouterConfigsController {
  constructor(@Inject(CdrouterConfigs) private readonly configs: CdrouterConfigs) {}

  @Get()
  @CdrouterOperation({
    permission: 'profiles:read',
    summary: 'List configs',
    description: 'By id. Also without the final slash.',
    data: { type: CdrouterConfig, as: 'page' },
    errors: [400],
  })
  @ListParameters('name~DHCP')
  list(@Query() query: Parameters): Promise<ListEnvelope<CdrouterConfig>> {
    refuseForms(query);
    return this.configs.list(query);
  }

  @Post()
  @CdrouterOperation({
    permission: 'profiles:write',
    summary: 'Create a config',
    description:
      'A config is one of our profiles. Bulk operations are not served. `process=interfaces`: which interfaces the `contents` of the body name; makes nothing.',
    data: ONE,
    errors: [400, 403, 404, 409],
  })
  @ApiQuery({ name: 'process', required: false, schema: { type: 'string', enum: ['interfaces'] } })
  @ApiBody({ schema: { type: 'object', example: { name: 'one', description: null, tags: ['working'] } } })
  create(
    @Query() query: Parameters,
    @Body() body: Raw,
  ): Promise<Envelope<CdrouterConfig | readonly NeededInterface[]>> {
    return this.configs.post(query, body);
  }

  @Get(':id')
  @Id
  @CdrouterOperation({
    permission: 'profiles:read',
    summary: 'Get a config',
    description: 'With all fields; or its contents alone as plain text.',
    data: ONE,
    errors: [400, 404],
  })
  @ApiQuery({ name: 'format', required: false, schema: { type: 'string', enum: ['json', 'text'] } })
  async get(
    @Param('id') id: string,
    @Query() query: Parameters,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope<CdrouterConfig> | string> {
    refuseForms(query, 'text');
    const answer = await this.configs.get(id);
    if (textOf(query, 'format') !== 'text') return answer;
    reply.type('text/plain; charset=utf-8');
    return answer.data.contents ?? '';
  }

  @Patch(':id')
  @Id
  @CdrouterOperation({
    permission: 'profiles:write',
    summary: 'Edit a config',
    description: 'What is absent or null stays as it is.',
    data: ONE,
    errors: [400, 403, 404, 409],
  })
  @ApiBody({ schema: { type: 'object', example: { name: 'two', description: null } } })
  edit(@Param('id') id: string, @Body() body: Raw): Promise<Envelope<CdrouterConfig>> {
    return this.configs.edit(id, body);
  }

  @Delete(':id')
  @Id
  @CdrouterOperation({
    permission: 'profiles:write',
    summary: 'Delete a config',
    description: 'Jobs that were launched with it keep its name.',
    errors: [404, 409],
  })
  delete(@Param('id') id: string): Promise<void> {
    return this.configs.delete(id);
  }
}
