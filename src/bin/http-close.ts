import type { Server } from 'node:http';

/** Time that requests under way get to be answered. */
const IN_FLIGHT_MS = 5_000;

/** Accepts no connection any more and waits for the requests under way; after 5 s their connections are cut. */
export function closeHttp(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), IN_FLIGHT_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
