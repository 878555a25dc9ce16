import { Body, Controller, Get, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { decodeCursor, encodeCursor } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { pageOf, PageQueryDto, toPage, type Page } from '../http/page.dto.js';
import { Permit } from '../http/permit.decorator.js';
import { Creates } from '../http/resource-answers.js';
import { CreateTenantDto, TenantDto, UpdateTenantDto } from './tenant.dto.js';
import { TenantsService, type TenantRow } from './tenants.service.js';

/** Tenants in the native API. */
@ApiTags('Tenants')
@Controller('api/v2/tenants')
export class TenantsController {
  constructor(@Inject(TenantsService) private readonly tenants: TenantsService) {}

  @Get()
  @Permit('tenants:read')
  @ApiOperation({
    summary: 'List tenants',
    description: 'Those you may act for, by name; for a system administrator all. `system` is the installation itself.',
  })
  @ApiOkResponse({ type: pageOf(TenantDto) })
  @ApiProblems('invalid_input', 'forbidden')
  async list(@Query() query: PageQueryDto): Promise<Page<TenantDto>> {
    const after = query.cursor === undefined ? null : (decodeCursor(query.cursor, ['text'])[0] as string);
    const rows = await this.tenants.list(after, query.limit + 1);
    return toPage(rows, query.limit, toTenantDto, (row) => encodeCursor([row.name]));
  }

  @Post()
  @Permit('tenants:manage')
  @ApiOperation({ summary: 'Create a tenant', description: 'For system administrators. Its members come next.' })
  @Creates(TenantDto, 'tenant')
  @ApiProblems('invalid_input', 'malformed_body', 'conflict', 'forbidden')
  async create(@Body() body: CreateTenantDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<TenantDto> {
    const tenant = await this.tenants.create({ name: body.name, description: body.description ?? '' });
    reply.header('location', `/api/v2/tenants/${tenant.id}`);
    return toTenantDto(tenant);
  }

  @Get(':id')
  @Permit('tenants:read')
  @ApiOperation({ summary: 'Get a tenant', description: 'One that you may act for.' })
  @ApiOkResponse({ type: TenantDto })
  @ApiProblems('not_found', 'forbidden')
  async get(@Param('id', new IdPipe('tenant')) id: string): Promise<TenantDto> {
    return toTenantDto(await this.tenants.get(id));
  }

  @Patch(':id')
  @Permit('tenants:manage')
  @ApiOperation({
    summary: 'Change a tenant',
    description: 'For system administrators. Changes what is given; names never change.',
  })
  @ApiOkResponse({ type: TenantDto })
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'forbidden')
  async update(@Param('id', new IdPipe('tenant')) id: string, @Body() body: UpdateTenantDto): Promise<TenantDto> {
    return toTenantDto(await this.tenants.update(id, body));
  }
}

/** A tenant as the API prints it. */
export function toTenantDto(tenant: TenantRow): TenantDto {
  return { ...tenant, createdAt: tenant.createdAt.toISOString() };
}
