import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { decodeCursor, encodeCursor } from '../http/cursor.js';
import { pageOf, toPage, type Page } from '../http/page.dto.js';
import { Permit } from '../http/permit.decorator.js';
import { AuditEntryDto, AuditQueryDto } from './audit-entry.dto.js';
import { AuditLogReader, type AuditRow } from './audit-log-reader.service.js';

/** The audit log of the native API. */
@ApiTags('Audit log')
@Controller('api/v2/audit-log')
export class AuditLogController {
  constructor(@Inject(AuditLogReader) private readonly reader: AuditLogReader) {}

  @Get()
  @Permit('audit-log:read')
  @ApiOperation({
    summary: 'List who changed what',
    description:
      'Newest first. Every change through an API stands here, written in the transaction of the change, with the changed fields before and after.',
  })
  @ApiOkResponse({ type: pageOf(AuditEntryDto) })
  @ApiProblems('invalid_input', 'forbidden')
  async list(@Query() query: AuditQueryDto): Promise<Page<AuditEntryDto>> {
    const { from, to, event, actor, jobId, limit } = query;
    const after =
      query.cursor === undefined
        ? undefined
        : (decodeCursor(query.cursor, ['iso', 'int']).map(String) as [string, string]);
    const rows = await this.reader.list({ from, to, event, actor, jobId, after }, limit + 1);
    return toPage(rows, limit, toAuditEntryDto, (row) => encodeCursor([row.at, row.id]));
  }
}

/** An entry as the API prints it. */
export function toAuditEntryDto(row: AuditRow): AuditEntryDto {
  const { subjectType, subjectId, subjectName, before, after, ...rest } = row;
  return { ...rest, subject: { type: subjectType, id: subjectId, name: subjectName }, before, after };
}
