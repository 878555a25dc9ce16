// A whole server, scheduler and worker included, spoken to in the words of CDRouter's clients.
import {
  startNativeApp,
  type Answer,
  type CallOptions,
  type NativeApp,
  type NativeAppOptions,
} from '../../http/native-app.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { until } from '../../support/until.js';

type Fields = Record<string, unknown>;

/** An answer of this API. */
export interface CdrAnswer {
  readonly status: number;
  readonly data: Fields;
  readonly list: readonly Fields[];
  readonly links: Fields;
  readonly error: string;
  readonly answer: Answer;
}

/** Starts it. */
export async function startCdrouterApp({ env = {}, ...rest }: NativeAppOptions = {}): Promise<NativeApp> {
  const settings = { ROLES: 'api,scheduler,worker', DATA_DIR: await temporaryFolder('cdrouter'), ...env };
  return startNativeApp({ ...rest, env: settings });
}

/** Calls below `/api/v1`, as the client makes them. */
export class CdrouterClient {
  constructor(
    readonly native: NativeApp,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  async call(method: string, path: string, options: CallOptions = {}): Promise<CdrAnswer> {
    const headers = { ...this.headers, ...options.headers };
    const answer = await this.native.call(method, `/api/v1/${path}`, { ...options, headers });
    // A 204 has none.
    const body: { data?: unknown; links?: Fields; error?: string } = answer.text === '' ? {} : answer.body;
    return {
      status: answer.status,
      data: (body.data ?? {}) as Fields,
      list: (Array.isArray(body.data) ? body.data : []) as Fields[],
      links: body.links ?? {},
      error: body.error ?? '',
      answer,
    };
  }

  get(path: string): Promise<CdrAnswer> {
    return this.call('GET', path);
  }

  post(path: string, body?: unknown): Promise<CdrAnswer> {
    return this.call('POST', path, body === undefined ? {} : { body });
  }

  /** Makes a thing; answers its id. */
  async made(collection: string, body: Fields): Promise<string> {
    const { status, data, answer } = await this.post(`${collection}/`, body);
    if (status !== 200) throw new Error(`${status} ${answer.text}`);
    return String(data['id']);
  }

  /** Launches a job of a package. */
  launch(packageId: string, over: Fields = {}): Promise<string> {
    return this.made('jobs', { package_id: packageId, ...over });
  }

  /** The job, as soon as it has this status. */
  reaches(id: string, status: string): Promise<Fields> {
    return until(`job ${id} is ${status}`, async () => {
      const { data } = await this.get(`jobs/${id}/`);
      return data['status'] === status && data;
    });
  }

  /** Ids of the jobs of a list. */
  async ids(query: string): Promise<unknown[]> {
    const { status, list, error } = await this.get(`jobs/?limit=none&${query}`);
    if (status !== 200) throw new Error(`${status} ${error}`);
    return list.map(({ id }) => id);
  }
}

/** An instant far in the future: what is launched for it stays pending (the idiom of the client's own tests). */
export const NEVER = '9999-12-31T23:59:59Z';
/** A config with the two interfaces of the document's examples. */
export const CONFIG = { name: 'Config Foo', contents: 'testvar lanInterface eth1\ntestvar wanInterface wifi0\n' };
