// HTTP on a plain socket: node's own client refuses to send much of what is tried here.
import { connect, type Socket } from 'node:net';

/** One answer; header names are in lower case. */
export interface FuzzAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** What a request led to: an answer, or the connection was closed without one, or there was none in time. */
export type Outcome = FuzzAnswer | 'closed' | 'silent';

const MOST_BODY = 64 * 2 ** 20;

/** A connection that is kept open as long as the server does. For requests one after the other. */
export class KeptConnection {
  private socket: Socket | null = null;

  constructor(private readonly port: number) {}

  /** Sends a request and waits for its one answer, at most `patienceMs`; then it hangs up. `isHead`: the answer has no body. */
  async ask(bytes: Buffer, isHead: boolean, patienceMs: number): Promise<Outcome> {
    const isNew = this.socket === null;
    const outcome = await this.attempt(bytes, isHead, patienceMs);
    // The server may close a connection that was kept open just as the next request is on its way.
    return outcome === 'closed' && !isNew ? this.attempt(bytes, isHead, patienceMs) : outcome;
  }

  private attempt(bytes: Buffer, isHead: boolean, patienceMs: number): Promise<Outcome> {
    const socket = (this.socket ??= this.open());
    return new Promise((resolve) => {
      let received = Buffer.alloc(0);
      const done = (outcome: Outcome): void => {
        clearTimeout(deadline);
        socket.off('data', onData).off('close', onClose);
        const mayStay = typeof outcome !== 'string' && outcome.headers.get('connection') !== 'close';
        if (!mayStay) this.close();
        resolve(outcome);
      };
      const onData = (chunk: Buffer): void => {
        received = Buffer.concat([received, chunk]);
        const read = readAnswer(received, isHead, false);
        if (read !== null) done(read.answer);
      };
      const onClose = (): void => done(readAnswer(received, isHead, true)?.answer ?? 'closed');
      const deadline = setTimeout(() => done('silent'), patienceMs);
      socket.on('data', onData).on('close', onClose);
      socket.write(bytes);
    });
  }

  private open(): Socket {
    // What was received before the error counts; `close` follows.
    return connect(this.port, '127.0.0.1')
      .setNoDelay()
      .on('error', () => undefined);
  }

  /** Hangs up. */
  close(): void {
    this.socket?.destroy();
    this.socket = null;
  }
}

/**
 * Sends bytes on a connection of their own and collects whole answers until the server closes it, or has said nothing for `quietMs`,
 * and hangs up.
 */
export function sendAlone(port: number, parts: readonly Buffer[], quietMs: number): Promise<FuzzAnswer[]> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => parts.forEach((part) => socket.write(part))).setNoDelay();
    socket.setTimeout(quietMs, () => socket.destroy());
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(readAnswers(Buffer.concat(chunks))));
  });
}

function readAnswers(received: Buffer): FuzzAnswer[] {
  const answers: FuzzAnswer[] = [];
  for (let rest = received; ;) {
    const read = readAnswer(rest, false, true);
    if (read === null) return answers;
    answers.push(read.answer);
    rest = rest.subarray(read.length);
  }
}

/** The first whole answer that is not provisional, with its length; null when it is not there yet. */
function readAnswer(received: Buffer, isHead: boolean, isEnd: boolean): { answer: FuzzAnswer; length: number } | null {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? NaN);
  if (Number.isNaN(status)) throw new Error(`This is no answer: ${JSON.stringify(first.slice(0, 300))}`);
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const from = end + 4;
  if (status < 200) {
    const next = readAnswer(received.subarray(from), isHead, isEnd);
    return next && { answer: next.answer, length: next.length + from };
  }
  if (isHead || status === 204 || status === 304) return { answer: { status, headers, body: '' }, length: from };
  if (headers.get('transfer-encoding') === 'chunked') {
    const read = readChunks(received, from);
    return read && { answer: { status, headers, body: read.body }, length: read.end };
  }
  const length = headers.has('content-length')
    ? Number(headers.get('content-length'))
    : isEnd
      ? received.length - from
      : MOST_BODY;
  if (received.length < from + length) return null;
  const body = received.subarray(from, from + length).toString();
  return { answer: { status, headers, body }, length: from + length };
}

function readChunks(received: Buffer, start: number): { body: string; end: number } | null {
  const chunks: Buffer[] = [];
  for (let at = start; ;) {
    const lineEnd = received.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(received.subarray(at, lineEnd).toString('latin1'), 16);
    const next = lineEnd + 2 + size + 2;
    if (Number.isNaN(size) || received.length < next) return null;
    if (size === 0) return { body: Buffer.concat(chunks).toString(), end: next };
    chunks.push(received.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
