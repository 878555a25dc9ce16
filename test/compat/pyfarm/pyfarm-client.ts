// A PyFarm client's view of a running application.
import { randomUUID } from 'node:crypto';
import type { Answer, CallOptions, NativeApp } from '../../http/native-app.js';

/** What an agent must say of itself. */
export const ANNOUNCED = { hostname: 'agent3', ram: 2157, free_ram: 133, cpus: 14, port: 50_000 };

/** Calls below `/api/v1`. */
export class PyfarmClient {
  constructor(readonly native: NativeApp) {}

  call(method: string, path: string, options?: CallOptions): Promise<Answer> {
    return this.native.call(method, `/api/v1${path}`, options);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.call('POST', path, { body });
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.call('PUT', path, { body });
  }

  async get(path: string): Promise<unknown> {
    return (await this.call('GET', path)).body;
  }

  /** Announces an agent; answers its id. */
  async agent(over: object = {}): Promise<string> {
    const id = randomUUID();
    const answer = await this.post('/agents/', { ...ANNOUNCED, id, ...over });
    if (answer.status !== 201) throw new Error(answer.text);
    return String(answer.body['id']);
  }

  /** Makes a job; answers its id and number. */
  async job(over: object = {}): Promise<{ id: string; number: number }> {
    const { body } = await this.native.call('POST', '/api/v2/jobs', {
      body: { name: 'a job', jobClass: 'noop', ...over },
    });
    return { id: String(body['id']), number: Number(body['number']) };
  }
}
