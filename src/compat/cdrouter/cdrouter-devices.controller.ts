import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiParam } from '@nestjs/swagger';
import type { RawBody } from '../../http/raw-body.js';
import { CdrouterOperation, ListParameters } from './cdrouter-operation.decorator.js';
import { CdrouterDevices } from './cdrouter-devices.service.js';
import { CdrouterDevice } from './device.wire.js';
import type { Envelope, ListEnvelope } from './envelope.wire.js';
import { refuseForms, refuseVariants } from './list-query.js';

type Raw = RawBody | null | undefined;
type Parameters = Record<string, unknown>;
const ONE = { type: CdrouterDevice, as: 'one' } as const;
const Id = ApiParam({ name: 'id', description: 'Digits.', example: '12' });

/** `/api/v1/devices/` */
@Controller('~cdrouter/devices')
export class CdrouterDevicesController {
  constructor(@Inject(CdrouterDevices) private readonly devices: CdrouterDevices) {}

  @Get()
  @CdrouterOperation({
    permission: 'agents:read',
    summary: 'List devices',
    description: 'By id. Also without the final slash.',
    data: { type: CdrouterDevice, as: 'page' },
    errors: [400],
  })
  @ListParameters('name~DHCP')
  list(@Query() query: Parameters): Promise<ListEnvelope<CdrouterDevice>> {
    refuseForms(query);
    return this.devices.list(query);
  }

  @Post()
  @CdrouterOperation({
    permission: 'agents:manage',
    summary: 'Create a device',
    description: 'A device is one of our agents. Bulk operations are not served.',
    data: ONE,
    errors: [400, 403, 404, 409],
  })
  @ApiBody({ schema: { type: 'object', example: { name: 'one', description: null, tags: ['working'] } } })
  create(@Query() query: Parameters, @Body() body: Raw): Promise<Envelope<CdrouterDevice>> {
    refuseVariants(query);
    return this.devices.create(body);
  }

  @Get(':id')
  @Id
  @CdrouterOperation({
    permission: 'agents:read',
    summary: 'Get a device',
    description: 'With all fields.',
    data: ONE,
    errors: [400, 404],
  })
  get(@Param('id') id: string, @Query() query: Parameters): Promise<Envelope<CdrouterDevice>> {
    refuseForms(query);
    return this.devices.get(id);
  }

  @Patch(':id')
  @Id
  @CdrouterOperation({
    permission: 'agents:manage',
    summary: 'Edit a device',
    description: 'What is absent or null stays as it is.',
    data: ONE,
    errors: [400, 403, 404, 409],
  })
  @ApiBody({ schema: { type: 'object', example: { name: 'two', description: null } } })
  edit(@Param('id') id: string, @Body() body: Raw): Promise<Envelope<CdrouterDevice>> {
    return this.devices.edit(id, body);
  }

  @Delete(':id')
  @Id
  @CdrouterOperation({
    permission: 'agents:manage',
    summary: 'Delete a device',
    description: 'Jobs that were launched with it keep its name.',
    errors: [404, 409],
  })
  delete(@Param('id') id: string): Promise<void> {
    return this.devices.delete(id);
  }
}
