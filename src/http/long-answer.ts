import type { FastifyReply, FastifyRequest } from 'fastify';

/** A client that vanished without a word is noticed after some minutes: TCP asks it from then on. */
const PROBE_AFTER_MS = 60_000;

/**
 * For an answer that may take longer than a connection may be idle: lifts that limit until the answer is sent (Node sets it anew for
 * the next request of the connection). The signal aborts when the client hangs up before.
 */
export function awaitPatiently(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const hangUp = new AbortController();
  request.raw.socket.setTimeout(0);
  request.raw.socket.setKeepAlive(true, PROBE_AFTER_MS);
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) hangUp.abort();
  });
  return hangUp.signal;
}
