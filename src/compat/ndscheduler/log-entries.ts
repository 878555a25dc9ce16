/** Which of our audit entries are one entry of ndscheduler's log. Pure. */
import type { AuditRow } from '../../audit-log/audit-log-reader.service.js';
import type { JobView } from '../../jobs/job.dto.js';
import { hexId, parseId } from '../../kernel/ids.js';
import { wireState } from './execution.wire.js';
import { toWireJob } from './job.wire.js';
import { describeChanges } from './log-changes.js';
import type { NdschedulerLog, WireEvent } from './log.wire.js';

/** An entry about a job. */
type JobRow = AuditRow & { readonly jobId: string };

const JOB_EVENTS: Readonly<Record<string, WireEvent>> = {
  'job.created': 'added',
  'job.deleted': 'deleted',
  'job.paused': 'paused',
  'job.resumed': 'resumed',
};

/** Whether the original would have an entry for it: changes of jobs and their triggers, and runs by hand. */
export function isLogged(row: AuditRow): row is JobRow {
  if (row.jobId === null) return false;
  const isChange = row.event.startsWith('job.') || row.event.startsWith('trigger.');
  return isChange || executionIdOf(row) !== undefined;
}

/**
 * Puts together what one request did to one job: for us a job and its triggers are several things, for ndscheduler one. `rows` and the
 * answer are newest first.
 */
export function together(rows: readonly JobRow[]): JobRow[][] {
  const groups = new Map<string, JobRow[]>();
  for (const row of rows) {
    const isRun = row.event.startsWith('execution.');
    const key = isRun || row.requestId === null ? row.id : `${row.requestId} ${row.jobId}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

/** One entry of the log. `job` is the job as it is or was; undefined: nobody knows it any more. */
export function toWireLog(group: readonly JobRow[], job: JobView | undefined): NdschedulerLog | null {
  const row = group.find(({ event }) => event.startsWith('job.')) ?? group[0];
  if (row === undefined) return null;
  // The name at that time; triggers have names of their own.
  const named = row.subjectType === 'trigger' ? null : row.subjectName;
  const event: WireEvent = JOB_EVENTS[row.event] ?? (row.event.startsWith('execution.') ? 'custom_run' : 'modified');
  return {
    job_id: hexId(row.jobId),
    job_name: named ?? job?.job.name ?? '',
    event,
    user: row.actor,
    created_time: `${row.at.slice(0, -1)}+00:00`,
    description: descriptionOf(event, group, row, job),
  };
}

function descriptionOf(
  event: WireEvent,
  group: readonly JobRow[],
  row: JobRow,
  job: JobView | undefined,
): string | null {
  if (event === 'modified') return describeChanges(group);
  if (event === 'custom_run') return executionIdOf(row) ?? null;
  return event === 'deleted' && job ? JSON.stringify(toWireJob(job)) : null;
}

/** The run that an entry is about; null: its class could not be loaded; undefined: the entry is about no run that the original would log. */
function executionIdOf({ event, subjectId, after }: AuditRow): string | null | undefined {
  const hex = (id: unknown): string | undefined =>
    typeof id === 'string' && parseId(id) !== null ? hexId(id) : undefined;
  switch (event) {
    case 'execution.requested':
      // A run that somebody waits for is logged at its end, as the original does.
      return after?.['isAwaited'] === true ? undefined : hex(subjectId);
    case 'execution.awaited_ended': {
      const reason = after?.['reason'];
      const end = { state: 'failed', reason: typeof reason === 'string' ? reason : null } as const;
      return after?.['state'] === 'failed' && wireState(end) === 'scheduled error' ? null : hex(subjectId);
    }
    case 'execution.retried':
      return hex(after?.['newExecutionId']);
    default:
      return undefined;
  }
}
