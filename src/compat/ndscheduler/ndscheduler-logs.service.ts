import { Inject, Injectable } from '@nestjs/common';
import { AuditLogReader } from '../../audit-log/audit-log-reader.service.js';
import { JobsService } from '../../jobs/jobs.service.js';
import { Clock } from '../../kernel/clock.js';
import { isLogged, together, toWireLog } from './log-entries.js';
import type { NdschedulerLogs } from './log.wire.js';
import { timeRange } from './time-range.js';

/** Most entries of ours that are read for one answer; the original has no pages. */
const MOST_ENTRIES = 10_000;

/** The audit log as ndscheduler's clients see it. */
@Injectable()
export class NdschedulerLogsService {
  constructor(
    @Inject(AuditLogReader) private readonly reader: AuditLogReader,
    @Inject(JobsService) private readonly jobs: JobsService,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** What happened to jobs within a span of time, whichever API did it, newest first. Throws `invalid_input`. */
  async list(query: Readonly<Record<string, unknown>>): Promise<NdschedulerLogs> {
    const rows = (await this.reader.list(timeRange(query, this.clock.now()), MOST_ENTRIES)).filter(isLogged);
    const jobs = await this.jobs.remembered([...new Set(rows.map(({ jobId }) => jobId))]);
    const byId = new Map(jobs.map((view) => [view.job.id, view]));
    return { logs: together(rows).flatMap((group) => toWireLog(group, byId.get(group[0]?.jobId ?? '')) ?? []) };
  }
}
