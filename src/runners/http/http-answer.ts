/** What is kept of an HTTP answer. Pure. */
import { TextDecoder } from 'node:util';
import type { Answer } from './http-exchange.js';

const KEPT_HEADERS = [
  'content-type',
  'content-length',
  'date',
  'etag',
  'last-modified',
  'location',
  'retry-after',
  'server',
  'x-request-id',
];
const TEXT_TYPE = /^(text\/|application\/(.*\+)?(json|xml|javascript|x-www-form-urlencoded|yaml|x-ndjson))/i;

/** The result of an `http` run. */
export interface HttpResult {
  status: number;
  headers: Record<string, string>;
  /** Parsed when it is JSON, null when it is empty or not text. */
  body: unknown;
}

/** The text of an answer, or null when its type says that it is not text. */
export function answerText({ headers, body }: Answer): string | null {
  const type = headers['content-type'] ?? 'text/plain';
  if (!TEXT_TYPE.test(type) || (headers['content-encoding'] ?? 'identity') !== 'identity') return null;
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8';
  return decoderOf(charset).decode(body);
}

/** The bounded result; a body that was cut off is text even when it is meant as JSON. */
export function httpResult(answer: Answer): HttpResult {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = answer.headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return {
    status: answer.status,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: bodyOf(answer),
  };
}

function bodyOf(answer: Answer): unknown {
  const text = answerText(answer);
  if (text === null || text === '') return null;
  if (answer.isTruncated || !/json/i.test(answer.headers['content-type'] ?? '')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text; // the server says JSON but does not send it
  }
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder(); // an unknown name
  }
}
