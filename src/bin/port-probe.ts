import { createServer } from 'node:net';

/**
 * Fails with what to do when the port is taken or forbidden. Asked before anything else starts, so that a second start by
 * mistake neither touches the database nor runs jobs; whoever takes the port a moment later is found by the real listen.
 */
export async function probePort(host: string, port: number): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => reject(explainListenError(error, host, port)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

/** A failure to listen, in words that name the setting. Other errors are returned as they are. */
export function explainListenError(error: unknown, host: string, port: number): Error {
  const { code } = error as NodeJS.ErrnoException;
  const explain = (message: string): Error => new Error(message, { cause: error });
  switch (code ?? '') {
    case 'EADDRINUSE':
      return explain(
        `Port ${port} on ${host} is in use by another program. Stop that one, or choose another port: PORT=${port === 65535 ? 8889 : port + 1} npm start`,
      );
    case 'EACCES':
      return explain(`Port ${port} may not be opened by this user. Choose one from 1024 up: PORT=8888 npm start`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return explain(`HOST=${host} is no address of this machine. Use 127.0.0.1, or 0.0.0.0 for all addresses.`);
    default:
      return error instanceof Error ? error : new Error(String(error));
  }
}
