/**
 * The environment variables by which processes are recognised: as part of a run, and as started by an executor. Children
 * of children inherit them, wherever they go.
 */
import { startTicks } from './process-table.js';

/** Prefix of all variables that we set; neither a job nor the allow-list may set any of them. */
export const RESERVED_PREFIX = 'CARILLON_';

/** Name of the variable that names the executor, as `<pid>:<start ticks>`. */
export const EXECUTOR_VARIABLE = 'CARILLON_EXECUTOR';

/** What a run is told about itself through its environment. */
export interface RunIdentity {
  executionId: string;
  attempt: number;
  jobId: string;
  jobName: string;
  tenant: string;
  scheduledFor: Date;
}

/** The variables that every process of a run gets. */
export function runEnvironment(run: RunIdentity): Record<string, string> {
  return {
    CARILLON_EXECUTION_ID: run.executionId,
    CARILLON_ATTEMPT: String(run.attempt),
    CARILLON_JOB_ID: run.jobId,
    CARILLON_JOB_NAME: run.jobName.replaceAll('\0', ''),
    CARILLON_TENANT: run.tenant,
    CARILLON_SCHEDULED_FOR: run.scheduledFor.toISOString(),
  };
}

/** The entries by which a process of the run is recognised; empty for a run without an execution. */
export function runMarks(environment: Readonly<Record<string, string>>): string[] {
  const { CARILLON_EXECUTION_ID: id, CARILLON_ATTEMPT: attempt } = environment;
  return id === undefined ? [] : [`CARILLON_EXECUTION_ID=${id}`, `CARILLON_ATTEMPT=${attempt}`];
}

/** The name of this process as an executor. Where there is no /proc the pid alone has to do. */
export function executorIdentity(pid: number = process.pid): string {
  return `${pid}:${startTicks(pid) ?? '0'}`;
}
