// A generator of HTTP load that costs little itself: plain sockets, one request under way on each, answers read by their content-length.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A request as it goes over the wire, for a server on 127.0.0.1. */
export function requestBytes(
  port: number,
  method: string,
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  const head = [`${method} ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`];
  head.push(...Object.entries(headers).map(([name, value]) => `${name}: ${value}`));
  if (body !== undefined) head.push('content-type: application/json', `content-length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body ?? ''}`);
}

/** One connection that stays open. */
export class HttpConnection {
  private received: Buffer[] = [];
  private wanted: ((body: Buffer) => void) | null = null;
  private failed: ((error: Error) => void) | null = null;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', (error) => this.failed?.(error));
    socket.on('close', () => this.failed?.(new Error('The server closed the connection.')));
  }

  static async open(port: number): Promise<HttpConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new HttpConnection(socket);
  }

  /** Sends a request and answers the body. Throws for any status but 2xx. */
  send(request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.wanted = resolve;
      this.failed = reject;
      this.socket.write(request);
    });
  }

  close(): void {
    this.failed = null;
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received.push(chunk);
    const all = this.received.length === 1 ? chunk : Buffer.concat(this.received);
    this.received = [all];
    const end = all.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = all.toString('latin1', 0, end);
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (length === undefined) {
      this.failed?.(new Error(`An answer without content-length:\n${head}`));
      return;
    }
    const size = end + 4 + Number(length);
    if (all.length < size) return;
    this.received = [];
    const body = all.subarray(end + 4, size);
    if (/^HTTP\/1\.1 2/.test(head)) this.wanted?.(body);
    else this.failed?.(new Error(`${head.split('\r\n')[0] ?? ''}: ${body.toString()}`));
  }
}

/** Sends `request` over and over on `connections` connections for `ms`; how many answers came, and in how many milliseconds. */
export async function httpLoad(
  port: number,
  request: Buffer,
  connections: number,
  ms: number,
): Promise<{ count: number; ms: number }> {
  const open = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(port)));
  const beganMs = performance.now();
  let count = 0;
  await Promise.all(
    open.map(async (connection) => {
      while (performance.now() - beganMs < ms) {
        await connection.send(request);
        count++;
      }
    }),
  );
  const tookMs = performance.now() - beganMs;
  for (const connection of open) connection.close();
  return { count, ms: tookMs };
}
