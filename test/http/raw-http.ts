// Bytes on a connection, for requests that no HTTP client would send.
import { connect } from 'node:net';

/** An answer as it stood on the wire. Header names are in lower case; repeated headers are joined by `, `. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** What was received until the server closed the connection, and how long that took. */
export interface RawExchange {
  readonly text: string;
  readonly tookMs: number;
}

/**
 * Sends `bytes` and collects what comes back until the server closes the connection, which `bytes` must ask for. With `drip` these bytes
 * follow one by one, each after a pause, until the server has had enough. Rejects after `deadlineMs`.
 */
export function sendRaw(
  port: number,
  bytes: string | Buffer,
  { drip, deadlineMs = 15_000 }: { drip?: { text: string; pauseMs: number }; deadlineMs?: number } = {},
): Promise<RawExchange> {
  const beganMs = performance.now();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let next = 0;
    const dripping = drip && setInterval(() => socket.write(drip.text[next++] ?? 'x'), drip.pauseMs);
    const deadline = setTimeout(
      () =>
        socket.destroy(new Error(`no end after ${deadlineMs} ms; so far: ${Buffer.concat(chunks).toString('latin1')}`)),
      deadlineMs,
    );
    let failure: Error | undefined;
    socket.on('data', (chunk) => chunks.push(chunk));
    // The server may close while we still write; what it said before counts.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') failure = error;
    });
    socket.on('close', () => {
      clearInterval(dripping);
      clearTimeout(deadline);
      if (failure) reject(failure);
      else resolve({ text: Buffer.concat(chunks).toString('utf8'), tookMs: performance.now() - beganMs });
    });
  });
}

/** The answers in `text`, one after the other. Throws when it is anything else than whole answers with Content-Length. */
export function parseAnswers(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    const [first = '', ...lines] = rest.subarray(0, Math.max(end, 0)).toString().split('\r\n');
    const status = /^HTTP\/1\.1 (\d{3})/.exec(first)?.[1];
    if (status === undefined) throw new Error(`no HTTP answer: ${JSON.stringify(rest.toString().slice(0, 300))}`);
    const headers = new Map<string, string>();
    for (const line of lines) {
      const name = line.slice(0, line.indexOf(':')).toLowerCase();
      const value = line.slice(line.indexOf(':') + 1).trim();
      headers.set(name, headers.has(name) ? `${headers.get(name) ?? ''}, ${value}` : value);
    }
    const length = Number(headers.get('content-length') ?? 0);
    const body = rest.subarray(end + 4, end + 4 + length);
    if (body.length < length) throw new Error(`the body of ${first} is cut off`);
    answers.push({ status: Number(status), headers, body: body.toString() });
    rest = rest.subarray(end + 4 + length);
  }
  return answers;
}
