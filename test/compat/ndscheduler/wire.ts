// ndscheduler's API on a running application with scheduler and worker, spoken to without the comforts of fetch: reason phrases, methods and
// redirects as they are.
import { request as send } from 'node:http';
import { startNativeApp, type NativeApp, type NativeAppOptions } from '../../http/native-app.js';
import { temporaryFolder } from '../../support/run-folder.js';

/** What came back. `body` is parsed when it is JSON. */
export interface WireAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: unknown;
}

/** A request; a body that is no text is sent as JSON. */
export interface WireRequest {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Hangs up. */
  readonly signal?: AbortSignal;
}

/** Starts everything in this process; jobs run for real. */
export async function startWorkingApp({ env = {}, ...rest }: NativeAppOptions = {}): Promise<NativeApp> {
  const settings = { ROLES: 'api,scheduler,worker', DATA_DIR: await temporaryFolder('ndscheduler'), ...env };
  return startNativeApp({ ...rest, env: settings });
}

/** Sends one request to `origin`. */
export function ask(
  origin: string,
  method: string,
  path: string,
  { body, headers = {}, signal }: WireRequest = {},
): Promise<WireAnswer> {
  const isText = typeof body === 'string' || body === undefined;
  const bytes = isText ? body : JSON.stringify(body);
  const type = isText ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const options = { method, headers: { ...type, ...headers }, ...(signal && { signal }), agent: false };
    const request = send(origin, { ...options, path }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = answer.headers['content-type']?.includes('json') === true && text !== '';
        resolve({
          status: answer.statusCode ?? 0,
          reason: answer.statusMessage ?? '',
          headers: answer.headers,
          text,
          body: isJson ? (JSON.parse(text) as unknown) : undefined,
        });
      });
    });
    request.on('error', reject);
    request.end(bytes);
  });
}

/** Makes a job and answers its id. */
export async function aJob(native: NativeApp, over: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const job = { name: 'job', job_class_string: 'noop', month: '1', ...over };
  const answer = await ask(native.url, 'POST', '/api/v1/jobs', { body: job });
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return (answer.body as { job_id: string }).job_id;
}
