/** Runs a job class through a registry and keeps everything that the observer is told. */
import { randomUUID } from 'node:crypto';
import type {
  OutputChunk,
  OutputStream,
  ProgressReport,
  RunHandle,
  RunObserver,
  RunRequest,
} from '../../../src/runners/runner.js';
import { until } from '../../support/until.js';

/** A request with defaults for what does not matter to a test. */
export function aRunRequest(given: Partial<RunRequest> & Pick<RunRequest, 'jobClass'>): RunRequest {
  return {
    executionId: randomUUID(),
    attempt: 1,
    jobId: randomUUID(),
    jobName: 'a job',
    tenant: 'default_tenant',
    args: [],
    parameters: {},
    scheduledFor: new Date('2026-11-22T10:00:00.000Z'),
    timeoutMs: 20_000,
    killGraceMs: 2000,
    maxOutputBytes: 1024 * 1024,
    ...given,
  };
}

/** Everything that one run said. */
export class RecordedRun implements RunObserver {
  readonly chunks: OutputChunk[] = [];
  readonly reports: ProgressReport[] = [];
  startedWith: { pid: number | null; at: Date } | null = null;
  handle!: RunHandle;

  static start(
    registry: { start(request: RunRequest, observer: RunObserver): RunHandle },
    given: Partial<RunRequest> & Pick<RunRequest, 'jobClass'>,
  ): RecordedRun {
    const run = new RecordedRun();
    run.handle = registry.start(aRunRequest(given), run);
    return run;
  }

  started(info: { pid: number | null; at: Date }): void {
    this.startedWith = info;
  }

  output(chunk: OutputChunk): void {
    this.chunks.push(chunk);
  }

  progress(report: ProgressReport): void {
    this.reports.push(report);
  }

  /** All text of one stream, or of all streams in order. */
  text(stream?: OutputStream): string {
    return this.chunks
      .filter((chunk) => stream === undefined || chunk.stream === stream)
      .map((chunk) => chunk.text)
      .join('');
  }

  /** Waits until the output holds `part`. */
  async says(part: string): Promise<void> {
    await until(`the output holds ${JSON.stringify(part)}`, () => this.text().includes(part));
  }

  get done(): RunHandle['done'] {
    return this.handle.done;
  }
}
