import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiQuery } from '@nestjs/swagger';
import { NdschedulerLogs } from './log.wire.js';
import { NdschedulerLogsService } from './ndscheduler-logs.service.js';
import { NdschedulerOperation } from './ndscheduler-operation.decorator.js';
import { RANGE_END, RANGE_START } from './range.examples.js';

/** ndscheduler's audit log. */
@Controller('~nds/logs')
export class NdschedulerLogsController {
  constructor(@Inject(NdschedulerLogsService) private readonly logs: NdschedulerLogsService) {}

  @Get()
  @NdschedulerOperation({
    permission: 'audit-log:read',
    summary: 'Get logs within time range',
    description:
      'What was done to jobs, through whichever API, newest first; by default in the last ten minutes. A run by hand is logged when it has ended.',
  })
  @ApiQuery(RANGE_START)
  @ApiQuery(RANGE_END)
  @ApiOkResponse({ type: NdschedulerLogs })
  list(@Query() query: Record<string, unknown>): Promise<NdschedulerLogs> {
    return this.logs.list(query);
  }
}
