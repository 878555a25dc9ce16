/** What the executor tells the server about one run. */
import { OutputRecorder } from '../output/output-recorder.js';
import { storable } from '../output/text-pieces.js';
import type { RunError, RunStatus } from '../runner.js';
import type { Outbox } from './outbox.js';

const MAX_PROGRESS_MESSAGE = 1000;

/** How a run ended, before it is sent. */
export interface RunEnd {
  status: RunStatus;
  resultJson: string;
  error: RunError | null;
  exitCode: number | null;
}

/** The voice of one run; its end is said once and is the last thing that it says. */
export class RunReport {
  readonly output: OutputRecorder;

  constructor(
    private readonly run: number,
    maxOutputBytes: number,
    private readonly outbox: Outbox,
  ) {
    this.output = new OutputRecorder(maxOutputBytes, (stream, text, atMs) =>
      outbox.add({ kind: 'output', run, stream, text, atMs }),
    );
  }

  /** The run has a process now. */
  started(pid: number): void {
    this.outbox.add({ kind: 'started', run: this.run, pid, atMs: Date.now() });
  }

  /** `percent` is brought into 0 to 100; a value that is no number is left out. */
  progress(percent: number | null, message: string | null): void {
    const bounded = percent !== null && Number.isFinite(percent) ? Math.min(100, Math.max(0, percent)) : null;
    const text = message === null ? null : storable(message.slice(0, MAX_PROGRESS_MESSAGE));
    this.outbox.add({ kind: 'progress', run: this.run, percent: bounded, message: text, atMs: Date.now() });
  }

  /** The run is over. */
  end(end: RunEnd): void {
    this.output.end();
    this.outbox.add({ kind: 'end', run: this.run, ...end, atMs: Date.now() });
  }
}
