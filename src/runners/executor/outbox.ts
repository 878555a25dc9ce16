/** Collects the events of all runs and sends them in batches, one write at a time, in order. */
import { MAX_PIECE_BYTES } from '../output/text-pieces.js';
import type { ExecutorEvent } from './executor-protocol.js';

/** Sends a batch and calls back when it is written. */
export type BatchSender = (batch: ExecutorEvent[], written: () => void) => void;

/** The executor's way out. While one write is on its way, what happens meanwhile becomes the next batch. */
export class Outbox {
  private batch: ExecutorEvent[] = [];
  private isSending = false;

  constructor(private readonly send: BatchSender) {}

  /** Adds an event. Neighbouring small chunks of one stream become one, and of several progress reports the last counts. */
  add(event: ExecutorEvent): void {
    const last = this.batch.at(-1);
    if (last && mergeInto(last, event)) return;
    this.batch.push(event);
    if (this.batch.length === 1 && !this.isSending) setImmediate(() => this.flush());
  }

  private flush(): void {
    if (this.batch.length === 0) return;
    const batch = this.batch;
    this.batch = [];
    this.isSending = true;
    this.send(batch, () => {
      this.isSending = false;
      this.flush();
    });
  }
}

function mergeInto(last: ExecutorEvent, event: ExecutorEvent): boolean {
  if (last.run !== event.run) return false;
  if (last.kind === 'output' && event.kind === 'output') {
    // At most three bytes of UTF-8 for each UTF-16 unit.
    if (last.stream !== event.stream || (last.text.length + event.text.length) * 3 > MAX_PIECE_BYTES) return false;
    last.text += event.text;
    return true;
  }
  if (last.kind === 'progress' && event.kind === 'progress') {
    last.percent = event.percent ?? last.percent;
    last.message = event.message ?? last.message;
    last.atMs = event.atMs;
    return true;
  }
  return false;
}
