/** One HTTP request and as much of its answer as is kept. Follows no redirects. */
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { guardedLookup, refuseAddressLiteral, type AddressPolicy } from './guarded-lookup.js';

/** Bytes of an answer that are read; the connection is closed after them. */
export const MAX_BODY_BYTES = 64 * 1024;

/** What is sent. */
export interface OutgoingRequest {
  url: URL;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
}

/** What came back. */
export interface Answer {
  status: number;
  statusText: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
  isTruncated: boolean;
}

/** Rejects with the error of the connection, with `RefusedAddress`, or with an `AbortError`. */
export async function exchange(outgoing: OutgoingRequest, allows: AddressPolicy, signal: AbortSignal): Promise<Answer> {
  refuseAddressLiteral(outgoing.url, allows);
  const message = await send(outgoing, allows, signal);
  const { body, isTruncated } = await readBody(message);
  return {
    status: message.statusCode ?? 0,
    statusText: message.statusMessage ?? '',
    headers: message.headers,
    body,
    isTruncated,
  };
}

function send(
  { url, method, headers, body }: OutgoingRequest,
  allows: AddressPolicy,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    // No agent: a kept connection would be used again without a look at the address policy.
    const options = {
      method,
      headers: { ...headers, ...length },
      agent: false,
      signal,
      lookup: guardedLookup(url, allows),
    };
    const sent = request(url, options, resolve);
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}

async function readBody(message: IncomingMessage): Promise<{ body: Buffer; isTruncated: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) break; // leaving the loop closes the connection
  }
  return { body: Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES), isTruncated: bytes > MAX_BODY_BYTES };
}
