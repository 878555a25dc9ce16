import { applyDecorators, Controller, Get, Inject, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiExtension,
  ApiOkResponse,
  ApiOperation,
  ApiSecurity,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { LiveDto, ReadinessDto } from './health.dto.js';
import { Readiness } from './readiness.service.js';

/** As `@Public()` of the room `http`, which lies above this one. */
const OpenToAll = (): MethodDecorator =>
  applyDecorators(
    RouteConfig({ access: { permission: null } }),
    ApiExtension('x-permission', 'public'),
    ApiSecurity({}),
  );

/** What load balancers and supervisors ask. Served by every process, whatever its roles. */
@ApiTags('Health')
@Controller('api/v2/health')
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Get('live')
  @OpenToAll()
  @ApiOperation({
    summary: 'Is the process alive?',
    description: '200 for as long as the event loop turns. Restart the process when this fails.',
  })
  @ApiOkResponse({ type: LiveDto })
  live(): LiveDto {
    return { status: 'live' };
  }

  @Get('ready')
  @OpenToAll()
  @ApiOperation({
    summary: 'Can the process serve?',
    description:
      '503 while the database or the notification connection is away, the schema is not current, or the process starts or drains. Send no requests then; it recovers by itself.',
  })
  @ApiOkResponse({ type: ReadinessDto })
  @ApiServiceUnavailableResponse({ type: ReadinessDto, description: 'Not now; `parts` tells why.' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessDto> {
    const report = await this.readiness.report();
    if (report.status !== 'ready') void reply.status(503);
    return report;
  }
}
