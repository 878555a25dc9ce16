/** Reads the arguments and parameters of the job class `http`. Pure. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { InvalidArguments, refuseUnknownParameters } from '../invalid-arguments.js';
import { expectedStatus, type ExpectedStatus } from './expected-status.js';

const PARAMETERS = ['method', 'headers', 'body', 'timeoutMs', 'expectedStatus', 'followRedirects'];
const DEFAULT_TIMEOUT_MS = 60_000;
const MAX_TIMEOUT_MS = 24 * 60 * 60 * 1000;
/** They say how the message is framed, which only the sender can know. */
const FRAMING_HEADERS = ['content-length', 'transfer-encoding', 'connection', 'upgrade'];

/** A request to be made. */
export interface HttpJob {
  url: URL;
  method: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string | null;
  timeoutMs: number;
  expected: ExpectedStatus;
  followRedirects: boolean;
  /** The address is a secret of the server, so the output does not show it. */
  isUrlSecret?: boolean;
}

/** Throws {@link InvalidArguments}. `runTimeoutMs` is the timeout of the run, which counts when it is the shorter one. */
export function httpJob(
  args: readonly unknown[],
  parameters: Readonly<Record<string, unknown>>,
  runTimeoutMs: number | null,
): HttpJob {
  refuseUnknownParameters('http', parameters, PARAMETERS);
  const headers = headersOf(parameters['headers']);
  const body = bodyOf(parameters['body'], headers);
  return {
    url: urlOf(args[0]),
    method: methodOf(args[1] ?? parameters['method'] ?? 'GET'),
    headers: { accept: '*/*', 'user-agent': 'carillon', 'accept-encoding': 'identity', ...headers },
    body,
    timeoutMs: timeoutOf(parameters['timeoutMs'], runTimeoutMs),
    expected: expectedStatus(parameters['expectedStatus']),
    followRedirects: flagOf(parameters['followRedirects']),
  };
}

function urlOf(value: unknown): URL {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new InvalidArguments(`The first argument of http must be an http or https URL, not ${JSON.stringify(value)}.`);
}

function methodOf(value: unknown): string {
  if (typeof value === 'string' && /^[A-Za-z]{1,20}$/.test(value) && !/^(connect|trace)$/i.test(value))
    return value.toUpperCase();
  throw new InvalidArguments(`The method of http must be a name such as GET or POST, not ${JSON.stringify(value)}.`);
}

function headersOf(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new InvalidArguments(
      `The parameter headers of http must be an object of strings, not ${JSON.stringify(value)}.`,
    );
  }
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name.toLowerCase(), headerOf(name, text)]));
}

function headerOf(name: string, text: unknown): string {
  if (typeof text !== 'string')
    throw new InvalidArguments(`The header ${name} of http must be a string, not ${JSON.stringify(text)}.`);
  if (FRAMING_HEADERS.includes(name.toLowerCase()))
    throw new InvalidArguments(`The header ${name} of http is set by the server and cannot be given.`);
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
  } catch {
    throw new InvalidArguments(
      `The header ${JSON.stringify(name)} of http has a name or value that HTTP does not allow.`,
    );
  }
  return text;
}

/** A string goes out as it is, anything else as JSON. */
function bodyOf(value: unknown, headers: Record<string, string>): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  headers['content-type'] ??= 'application/json';
  return JSON.stringify(value);
}

function timeoutOf(value: unknown, runTimeoutMs: number | null): number {
  if (value === undefined || value === null) return Math.min(runTimeoutMs ?? DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > MAX_TIMEOUT_MS) {
    throw new InvalidArguments(
      `The parameter timeoutMs of http must be a whole number from 1 to ${MAX_TIMEOUT_MS}, not ${JSON.stringify(value)}.`,
    );
  }
  return Math.min(value, runTimeoutMs ?? value);
}

function flagOf(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'boolean') return value;
  throw new InvalidArguments(
    `The parameter followRedirects of http must be true or false, not ${JSON.stringify(value)}.`,
  );
}
