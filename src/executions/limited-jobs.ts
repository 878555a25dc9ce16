/** Jobs that are remembered; then all are forgotten. */
const MOST_JOBS = 10_000;

/**
 * Jobs that were seen to have limits, for which the short statement would be asked in vain. A job whose limits were lifted stays in here and costs a little
 * more; one that got limits is found out by the statement. So nothing depends on it but time.
 */
export class LimitedJobs {
  private readonly ids = new Set<string>();

  has(jobId: string): boolean {
    return this.ids.has(jobId);
  }

  add(jobId: string): void {
    if (this.ids.size >= MOST_JOBS) this.ids.clear();
    this.ids.add(jobId);
  }
}
