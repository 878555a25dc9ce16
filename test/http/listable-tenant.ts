// A tenant that has `n` of everything that can be listed.
import type { NativeApp } from './native-app.js';

const AT_ONCE = 10;
/** The least that makes a job. */
export const JOB = { name: 'made', jobClass: 'noop' };
/** `n` different ones. */
export const names = (n: number): string[] => Array.from({ length: n }, (_, i) => `part ${i}`);
/** `n` of them that are due once an hour. */
export const triggers = (n: number): object[] =>
  names(n).map((name) => ({ kind: 'interval', everySeconds: 3600, name }));
/** An id of each kind, and of two more: the `busy job` has all triggers, and `job` all runs. */
export type Ids = Readonly<Record<string, string>>;

/** Makes it through the API, and answers an id of each kind. */
export async function fillTenant(native: NativeApp, tenant: string, n: number): Promise<Ids> {
  await native.sql(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), $1)`, [tenant]);
  const post = async (path: string, body: object): Promise<string> => {
    const answer = await native.call('POST', path, { body, headers: { tenant } });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
    return (answer.body['id'] ?? '') as string;
  };
  /** Some at a time; answers the first one's id. */
  const each = async (make: (name: string) => Promise<string>): Promise<string> => {
    const made: string[] = [];
    for (let from = 0; from < n; from += AT_ONCE)
      made.push(
        ...(await Promise.all(
          names(n)
            .slice(from, from + AT_ONCE)
            .map(make),
        )),
      );
    return made[0] ?? '';
  };
  const group = await post('/api/v2/groups', { name: 'of one' });
  await each((name) => post('/api/v2/groups', { name }));
  const calendar = await post('/api/v2/calendars', { name: 'used', entries: [] });
  await each((name) => post('/api/v2/calendars', { name }));
  const used = triggers(n).map((trigger) => ({ ...trigger, excludeCalendars: ['used'] }));
  const busy = await post('/api/v2/jobs', { ...JOB, name: 'busy', triggers: used });
  const fields = { kind: 'cron', expression: '0 3 * * *' };
  let execution = '';
  const job = await each(async (name) => {
    const id = await post('/api/v2/jobs', {
      ...JOB,
      name,
      group: 'of one',
      tags: ['of all', name],
      triggers: [fields],
    });
    execution = await post(`/api/v2/jobs/${id}/run`, {});
    return id;
  });
  await each(() => post(`/api/v2/jobs/${job}/run`, {}));
  const [trigger] = await native.sql<{ id: string }>('SELECT id FROM triggers WHERE job_id = $1', [job]);
  await each((name) => {
    const day = 1 + Number(name.slice(5));
    const at = new Date(Date.UTC(2026, 0, day)).toISOString();
    return post(`/api/v2/triggers/${trigger?.id ?? ''}/backfills`, { from: at, to: at.replace('00:00', '12:00') });
  });
  await each((name) => post('/api/v2/profiles', { name }));
  await each(async (name) => {
    const deployment = name.replace(' ', '-');
    const body = { blueprint_id: 'hello-world', workflows: { install: {}, uninstall: {} } };
    await native.call('PUT', `/api/v3.1/deployments/${deployment}`, { body, headers: { tenant } });
    return post('/api/v3.1/executions', { deployment_id: deployment, workflow_id: 'install' });
  });
  await each((name) => post('/api/v2/tokens', { name, role: 'viewer' }));
  await each((name) => post('/api/v2/agent-join-tokens', { name }));
  await each((name) =>
    post('/api/v2/users', {
      username: `${tenant}-${name.replace(' ', '-')}`,
      password: 'correct horse',
      role: 'viewer',
    }),
  );
  const attack = {
    ref: 'api_request:ApiRequest',
    args: { endpoint: 'http://localhost:1', method: 'GET', payload: {}, headers: {} },
  };
  const planner = { ref: 'exact_planner:ExactPlanner', args: { date: '2100-01-01T00:00' } };
  await each((name) => post('/api/1/plans/', { name, attack, planner }));
  await each(async (name) => {
    const id = crypto.randomUUID();
    const agent = { id, hostname: name.replace(' ', '-'), ram: 2157, free_ram: 133, cpus: 14, port: 50_000 };
    await post('/api/v1/agents/', agent);
    return post(`/api/v1/agents/${id}`, { tags: ['of all'] });
  });
  const [agent] = await native.sql<{ id: string }>(
    `INSERT INTO agents (id, tenant_id, name, kind, hostname, slots, state, lease_ms)
     SELECT gen_random_uuid(), id, 'a' || n, 'remote', 'h', 100, 'online', 3600000 FROM tenants, generate_series(1, $2) n WHERE name = $1 RETURNING id`,
    [tenant, n],
  );
  await native.sql(
    `INSERT INTO execution_logs (execution_id, attempt, seq, tenant_id, stream, at, text)
     SELECT $1, 1, n, tenant_id, 'stdout', now(), 'x' FROM executions, generate_series(1, $2) n WHERE id = $1`,
    [execution, n],
  );
  const [tag] = await native.sql<{ id: string }>(
    `SELECT t.id FROM tags t JOIN tenants n ON n.id = t.tenant_id WHERE n.name = $1 AND t.name = 'of all'`,
    [tenant],
  );
  const [plan] = await native.sql<{ id: string }>(
    `SELECT j.id FROM jobs j JOIN tenants n ON n.id = j.tenant_id WHERE n.name = $1 AND j.annotations ? 'chaosmonkey' LIMIT 1`,
    [tenant],
  );
  const found = { agent: agent?.id ?? '', tag: tag?.id ?? '', plan: plan?.id ?? '' };
  return { group, calendar, job, execution, 'busy job': busy, ...found };
}
