// A whole server, scheduler and worker included, spoken to as the official Python client does: every call with a content type and the tenant, every
// key of a start, most of them null, and flags as strings.
import { startNativeApp, type Answer, type NativeApp, type NativeAppOptions } from '../../http/native-app.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { until } from '../../support/until.js';

/** What a test does with it. Paths are below `/api/v3.1`. */
export interface CloudifyApp extends NativeApp {
  ask(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Creates a deployment; the answer must be 201. */
  deploy(id: string, over?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Starts a workflow as the client does. */
  start(deployment: string, workflow: string, over?: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Waits until an execution has one of the statuses; answers the execution. */
  reaches(id: unknown, ...statuses: string[]): Promise<Record<string, unknown>>;
}

const BASE = '/api/v3.1';
/** What the client sends of a start that says nothing else (contract A3, "POST /executions"). */
const START = {
  ...{ allow_custom_parameters: 'false', parameters: null, force: 'false', dry_run: 'false', queue: 'false' },
  ...{ wait_after_fail: 600, scheduled_time: null, force_status: null, created_by: null, created_at: null },
  ...{ started_at: null, ended_at: null, execution_id: null, is_system_workflow: null, error: null },
};

/** Starts it. */
export async function startCloudifyApp({ env = {}, ...rest }: NativeAppOptions = {}): Promise<CloudifyApp> {
  const settings = { ROLES: 'api,scheduler,worker', DATA_DIR: await temporaryFolder('cloudify'), ...env };
  return cloudifyApp(await startNativeApp({ ...rest, env: settings }));
}

/** The same words over an application that is there. */
export function cloudifyApp(native: NativeApp): CloudifyApp {
  const ask: CloudifyApp['ask'] = (method, path, body, headers = {}) =>
    native.call(method, BASE + path, {
      headers: { 'content-type': 'application/json', tenant: 'default_tenant', ...headers },
      ...(body !== undefined && { body }),
    });
  return {
    ...native,
    ask,
    deploy: async (id, over = {}) => {
      const answer = await ask('PUT', `/deployments/${encodeURIComponent(id)}`, {
        blueprint_id: 'hello-world',
        ...over,
      });
      if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
    },
    start: (deployment_id, workflow_id, over = {}) =>
      ask('POST', '/executions', { ...START, deployment_id, workflow_id, ...over }),
    reaches: (id, ...statuses) =>
      until(`execution ${String(id)} is ${statuses.join(' or ')}`, async () => {
        const { body } = await ask('GET', `/executions/${String(id)}`);
        return statuses.includes(String(body['status'])) ? body : null;
      }),
  };
}

/** Status, error code and message, by which refusals are compared. */
export function refusal({ status, body }: Answer): [number, unknown, string] {
  return [status, body['error_code'], String(body['message'])];
}
