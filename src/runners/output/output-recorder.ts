/**
 * Turns the raw output of one run into chunks that can be stored: whole code points, no U+0000, small pieces, and no more
 * than the run may keep. Keeps the order in which things arrive; knows nothing about where chunks go.
 */
import { StringDecoder } from 'node:string_decoder';
import type { OutputStream } from '../runner.js';
import { piecesOf, splitBytes, storable } from './text-pieces.js';

/** Gets each chunk; `atMs` is in milliseconds since the epoch. */
export type ChunkSink = (stream: OutputStream, text: string, atMs: number) => void;

/** The output of one run. */
export class OutputRecorder {
  private readonly decoders = new Map<OutputStream, StringDecoder>();
  private remainingBytes: number;
  private droppedBytes = 0;
  private isFull = false;

  constructor(
    private readonly maxBytes: number,
    private readonly sink: ChunkSink,
  ) {
    this.remainingBytes = maxBytes;
  }

  /** Bytes of a stream, cut anywhere. */
  write(stream: OutputStream, bytes: Buffer): void {
    if (this.isFull) {
      this.droppedBytes += bytes.length;
      return;
    }
    let decoder = this.decoders.get(stream);
    if (!decoder) this.decoders.set(stream, (decoder = new StringDecoder('utf8')));
    this.writeText(stream, decoder.write(bytes));
  }

  /** Text that counts as output of the job. */
  writeText(stream: OutputStream, text: string): void {
    if (text === '') return;
    if (this.isFull) {
      this.droppedBytes += Buffer.byteLength(text);
      return;
    }
    const [kept, rest] = splitBytes(storable(text), this.remainingBytes);
    this.remainingBytes -= Buffer.byteLength(kept);
    this.emit(stream, kept);
    if (rest === '') return;
    this.isFull = true;
    this.droppedBytes += Buffer.byteLength(rest);
    this.note(`The output limit of ${this.maxBytes} bytes is reached; further output is dropped.`);
  }

  /** A line of the runner itself; it does not count towards the limit. */
  note(line: string): void {
    this.emit('log', `${storable(line)}\n`);
  }

  /** Gives out the incomplete code points that are left, and says how much was dropped. */
  end(): void {
    for (const [stream, decoder] of this.decoders) this.writeText(stream, decoder.end());
    this.decoders.clear();
    if (this.droppedBytes > 0) this.note(`${this.droppedBytes} bytes of output were dropped.`);
    this.droppedBytes = 0;
  }

  private emit(stream: OutputStream, text: string): void {
    const atMs = Date.now();
    for (const piece of piecesOf(text)) this.sink(stream, piece, atMs);
  }
}
