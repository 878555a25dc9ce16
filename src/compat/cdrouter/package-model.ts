import type { JobView } from '../../jobs/job.dto.js';
import type { JobOptions } from './job-options.js';

/** The key under which this API keeps what only it knows, in the annotations of jobs and profiles. */
export const ANNOTATION = 'cdrouter';

/** Options of a package that are true or false, in the client's words (cdrouter.py, packages.py). */
export const OPTION_FLAGS = [
  ...(['forever', 'pause', 'shuffle', 'sync', 'duration_interrupt', 'duration_no_error'] as const),
] as const;
/** Those that are integers; digits on the wire. */
export const OPTION_COUNTS = [
  ...(['loop', 'repeat', 'maxfail', 'duration', 'wait', 'seed', 'retry', 'rdelay'] as const),
] as const;
/** What `duration` counts. */
export const DURATION_UNITS: readonly string[] = ['seconds', 'minutes', 'hours', 'days'];

/** Options of a package; what was never set is absent. Counts are numbers, so that they compare as such. */
export type PackageOptions = Readonly<Record<string, string | number | boolean>>;

/** What this API keeps of a package beside the job. */
export interface PackageNotes {
  readonly testlist?: readonly string[];
  readonly extra_cli_args?: string;
  /** Numbers as JSON numbers, so that they compare as such. */
  readonly config_id?: number;
  readonly device_id?: number;
  readonly test_count?: number;
  readonly options?: PackageOptions;
  readonly use_as_testlist?: boolean;
  readonly note?: string;
  readonly schedule_options?: JobOptions;
}

/** What is kept of a package; of a job that was made elsewhere, nothing. */
export function notesOf({ job }: JobView): PackageNotes {
  return job.annotations[ANNOTATION] ?? {};
}

/** Whether the job was made, or has been edited, through this API. */
export function isOfThisApi({ job }: JobView): boolean {
  return Object.hasOwn(job.annotations, ANNOTATION);
}
