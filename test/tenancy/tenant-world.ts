// What a tenant has, made through the API as its users would, with an id of every kind that the API knows.
import { randomUUID } from 'node:crypto';
import type { NativeApp } from '../http/native-app.js';

/** Kinds of things that have an id. `live` executions can be cancelled, `ended` ones retried. */
export const KINDS = [
  'job',
  'trigger',
  'live execution',
  'ended execution',
  'tag',
  'tag number',
  'agent',
  'token',
  'join token',
  'group',
  'plan',
  'executor',
  'calendar',
  'backfill',
  'profile',
  'live execution number',
  'job number',
  'device number',
  'profile number',
  'deployment',
  'cloudify execution',
] as const;
export type Kind = (typeof KINDS)[number];

/** A tenant and one thing of each kind; of jobs, tags, executions, agents and tokens it has one more, so that lists have pages. */
export interface TenantWorld {
  readonly id: string;
  readonly name: string;
  readonly ids: Readonly<Record<Kind, string>>;
  /** Text that nobody else has: in names, output, arguments. A foreign answer that holds it leaks. */
  readonly mark: string;
}

/** Ids that nothing has. */
export function unknownIds(): Record<Kind, string> {
  const ids = Object.fromEntries(KINDS.map((kind) => [kind, randomUUID()])) as Record<Kind, string>;
  const number = '987654321';
  const numbers = { 'tag number': number, 'job number': number, 'device number': number, 'profile number': number };
  return { ...ids, ...numbers, 'live execution number': number };
}

/** Makes a tenant and fills it. `onTenant` hears of it before there is anything in it. */
export async function makeTenantWorld(
  native: Pick<NativeApp, 'call' | 'sql'>,
  onTenant: (id: string) => Promise<void> | void = () => undefined,
): Promise<TenantWorld> {
  const [id, mark] = [randomUUID(), `mark-${randomUUID().slice(0, 8)}`];
  const name = `tenant-${mark}`;
  await onTenant(id);
  await native.sql(`INSERT INTO tenants (id, name) VALUES ($1, $2)`, [id, name]);
  const post = async (path: string, body: unknown = {}): Promise<Record<string, unknown>> => {
    const answer = await native.call('POST', `/api/v2${path}`, { body, headers: { tenant: name } });
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.text}`);
    return answer.body;
  };
  const jobs = [];
  for (const n of [1, 2]) {
    const body = { name: `${mark} ${n}`, jobClass: 'noop', args: [mark], tags: [`${mark}-${n}`] };
    jobs.push(await post('/jobs', { ...body, triggers: [{ kind: 'interval', everySeconds: 3600, name: mark }] }));
  }
  const job = String(jobs[0]?.['id']);
  const [trigger] = await native.sql<{ id: string }>(`SELECT id FROM triggers WHERE job_id = $1`, [job]);
  const [tag] = await native.sql<{ id: string; number: string }>(
    `SELECT id, number FROM tags WHERE tenant_id = $1 ORDER BY name`,
    [id],
  );
  const live = await post(`/jobs/${job}/run`);
  const ended = await post(`/jobs/${job}/run`);
  await post(`/executions/${String(ended['id'])}/cancel`);
  await native.sql(
    `INSERT INTO execution_logs (execution_id, attempt, seq, tenant_id, stream, at, text)
     SELECT e, 1, 1, $1, 'stdout', now(), $3 FROM unnest($2::uuid[]) AS e`,
    [id, [live['id'], ended['id']], mark],
  );
  const groups = [];
  for (const n of [1, 2]) groups.push(await post('/groups', { name: `${mark} ${n}`, maxConcurrency: n }));
  const tokens = [];
  for (const n of [1, 2]) tokens.push(await post('/tokens', { name: `${mark} ${n}`, role: 'viewer' }));
  const joinTokens = [];
  for (const n of [1, 2]) joinTokens.push(await post('/agent-join-tokens', { name: `${mark} ${n}` }));
  const chaos = {
    attack: { ref: 'terminate_ec2_instance:TerminateEC2Instance', args: { filters: { mark }, region: mark } },
    planner: { ref: 'exact_planner:ExactPlanner', args: { date: '2100-01-01T00:00' } },
  };
  await native.call('POST', '/api/1/plans/', { body: { name: mark, ...chaos }, headers: { tenant: name } });
  const [executor] = await native.sql<{ id: string; plan: string }>(
    `SELECT t.id, t.job_id AS plan FROM triggers t WHERE t.tenant_id = $1 AND t.kind = 'date'`,
    [id],
  );
  // Agents sign on through their registry, not through the API.
  const agents = await native.sql<{ id: string }>(
    `INSERT INTO agents (id, tenant_id, name, kind, hostname, slots, state, lease_ms)
     SELECT gen_random_uuid(), $1, $2, 'remote', $2, 1, 'online', 30000 FROM generate_series(1, 2) RETURNING id`,
    [id, mark],
  );
  const calendars = [];
  for (const n of [1, 2]) calendars.push(await post('/calendars', { name: `${mark} ${n}`, description: mark }));
  const backfills = [];
  for (const n of [1, 2]) {
    const range = { from: `2026-01-0${n}T00:00:00Z`, to: `2026-01-0${n}T12:00:00Z` };
    backfills.push(await post(`/triggers/${trigger?.id ?? ''}/backfills`, range));
  }
  const profiles = [];
  for (const n of [1, 2]) profiles.push(await post('/profiles', { name: `${mark} ${n}`, contents: mark }));
  const device = await native.call('POST', '/api/v1/devices/', { body: { name: mark }, headers: { tenant: name } });
  const deployment = `deployment-${randomUUID().slice(0, 8)}`;
  const cloudify = async (method: string, path: string, body: unknown): Promise<Record<string, unknown>> =>
    (await native.call(method, `/api/v3.1${path}`, { body, headers: { tenant: name } })).body;
  const driven = { blueprint_id: 'hello-world', driver: 'client', description: mark, workflows: { install: {} } };
  await cloudify('PUT', `/deployments/${deployment}`, driven);
  const started = await cloudify('POST', '/executions', { deployment_id: deployment, workflow_id: 'install' });
  const ids = {
    profile: profiles[0]?.['id'],
    'profile number': String(profiles[0]?.['number']),
    'job number': String(jobs[0]?.['number']),
    'live execution number': String(live['number']),
    'device number': (device.body['data'] as { id: string }).id,
    deployment,
    'cloudify execution': started['id'],
    job,
    trigger: trigger?.id,
    tag: tag?.id,
    'tag number': tag?.number,
    agent: agents[0]?.id,
    token: tokens[0]?.['id'],
    group: groups[0]?.['id'],
    plan: executor?.plan,
    executor: executor?.id,
    calendar: calendars[0]?.['id'],
    backfill: backfills[0]?.['id'],
  };
  const invited = { 'join token': joinTokens[0]?.['id'] };
  return {
    id,
    name,
    mark,
    ids: { ...ids, ...invited, 'live execution': live['id'], 'ended execution': ended['id'] } as Record<Kind, string>,
  };
}

/** One line per tenant-owned table with a checksum of the tenant's rows: equal lines, nothing was changed. */
export async function checksums(native: NativeApp, tenantId: string): Promise<string[]> {
  const tables = await native.sql<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
      WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const lines = tables.map(async ({ name }) => {
    const [row] = await native.sql<{ sum: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '\n' ORDER BY t::text)), '') AS sum FROM ${name} t WHERE tenant_id = $1`,
      [tenantId],
    );
    return `${name} ${row?.sum ?? ''}`;
  });
  return Promise.all(lines);
}
