// A history as the compatible APIs see one: runs of Cloudify's workflows and jobs that CDRouter launched, in one tenant, written by SQL past the API; what they
// are runs of is made through the APIs themselves.
import type { CarillonServer } from './carillon-server.js';
import { noteEnds } from './history.js';

/** What requests can ask for. */
export interface CompatHistory {
  /** Of an execution of Cloudify in the middle of the history, and when that came to be. */
  readonly executionId: string;
  readonly madeAt: string;
  /** The number of a job of CDRouter in the middle of the history, of its package and its result. */
  readonly number: string;
  readonly packageNumber: string;
  readonly resultNumber: string;
  readonly rows: number;
}

/** Deployments, packages, configs and devices, of each. */
const KINDS = 5;
const PLANS = 50;
const AGENTS = 100;
const SECONDS_APART = 1.5;
const CHUNK = 250_000;
const PENDING = 200;

/** Deployments, packages, configs, devices, plans and announced agents. */
export async function writeCompatJobs(server: CarillonServer): Promise<void> {
  const send = async (method: string, path: string, body: unknown): Promise<void> => {
    const response = await fetch(server.url + path, {
      method,
      headers: { 'content-type': 'application/json', tenant: 'default_tenant' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  };
  for (let n = 1; n <= KINDS; n++) {
    await send('PUT', `/api/v3.1/deployments/deployment-${n}`, { blueprint_id: 'hello-world' });
    await send('POST', '/api/v1/packages/', { name: `Package ${n}`, tags: n === 1 ? ['DHCP'] : [] });
    await send('POST', '/api/v1/configs/', { name: `Config ${n}`, contents: 'testvar lanInterface eth1\n' });
    await send('POST', '/api/v1/devices/', { name: `Device ${n}` });
  }
  for (let n = 1; n <= PLANS; n++)
    await send('POST', '/api/1/plans/', {
      name: `plan ${n}`,
      attack: {
        ref: 'api_request:ApiRequest',
        args: { endpoint: 'http://127.0.0.1:1/', method: 'GET', payload: {}, headers: {} },
      },
      planner: { ref: 'exact_planner:ExactPlanner', args: { date: '2090-01-01T00:00' } },
    });
  for (let n = 1; n <= AGENTS; n++)
    await send('POST', '/api/v1/agents/', {
      ...{ id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, hostname: `agent${n}` },
      ...{ ram: 1_000 + n, free_ram: 500, cpus: (n % 16) + 1, port: 50_000 },
    });
}

/**
 * Makes the history grow from `from` to `to` rows of at most `most`, the new ones younger than all before, `launched` of a hundred launched through CDRouter's API with a
 * sheet, the others Cloudify's. 94 % succeeded, one of 40 lasted ten minutes; the first 200 are pending. Two thirds of the launches have been looked at, so that their results have numbers.
 */
export async function growCompatHistory(
  server: CarillonServer,
  { from, to, most, launched }: { from: number; to: number; most: number; launched: number },
): Promise<void> {
  const client = await server.database.connect();
  try {
    // As in history.ts: no foreign keys and triggers, whose work `noteEnds` does.
    await client.query('SET session_replication_role = replica');
    for (let begin = from; begin < to; begin += CHUNK) {
      const numbers = [begin + 1, Math.min(begin + CHUNK, to)];
      await client.query(ROWS, [...numbers, SECONDS_APART, most, PENDING, launched]);
    }
    await client.query(SHEETS);
    if (from === 0) await client.query(LIVE);
    await noteEnds(client);
  } finally {
    await client.query('SET session_replication_role = origin');
    client.release();
  }
  await server.countHistory();
  for (const table of [
    'executions',
    'unsuccessful_executions',
    'outlying_executions',
    'run_sheets',
    'live_runs',
    'jobs',
    'triggers',
  ])
    await server.rows(`VACUUM ANALYZE ${table}`);
}

/** Looks up what requests ask for. */
export async function describeCompatHistory(server: CarillonServer): Promise<CompatHistory> {
  const [row] = await server.rows<{ [Key in keyof CompatHistory]: string }>(
    `WITH many AS (SELECT count(*) AS rows, min(number) + count(*) / 2 AS middle FROM executions WHERE tenant_id = $1)
     SELECT many.rows, e.id AS "executionId", to_char(e.scheduled_for AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "madeAt",
            s.number, j.number AS "packageNumber", s.result_number AS "resultNumber"
       FROM many,
            LATERAL (SELECT e.* FROM executions e JOIN jobs j ON j.id = e.job_id AND j.annotations ? 'cloudify'
                      WHERE e.tenant_id = $1 AND e.number >= many.middle ORDER BY e.number LIMIT 1) e,
            LATERAL (SELECT s.* FROM run_sheets s WHERE s.tenant_id = $1 AND s.number >= many.middle AND s.result_number IS NOT NULL ORDER BY s.number LIMIT 1) s,
            executions x JOIN jobs j ON j.id = x.job_id
      WHERE x.id = s.execution_id`,
    [server.tenantId],
  );
  if (row === undefined) throw new Error('The history lacks something that requests ask for.');
  return { ...row, rows: Number(row.rows) };
}

/** $1 and $2 first and last number, $3 seconds between two, $4 rows of the largest history, $5 how many are pending, $6 how many of a hundred CDRouter launched. */
const ROWS = `
  INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters, interfaces, has_sheet, created_by, created_at,
                          state, reason, attempt, hostname, started_at, finished_at, exit_code, error, annotations)
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
         j.tenant_id, j.id, 'manual', at, 'noop', '[]', '{}', CASE WHEN is_launch THEN '{eth1}'::text[] END, CASE WHEN is_launch THEN true END, 'anonymous', at,
         state, CASE state WHEN 'succeeded' THEN NULL ELSE state END, 1, 'host', CASE WHEN state IS NOT NULL THEN at END,
         CASE WHEN state IS NOT NULL THEN at + CASE n % 40 WHEN 11 THEN interval '10 minutes' ELSE interval '20 milliseconds' END END, CASE state WHEN 'succeeded' THEN 0 WHEN 'failed' THEN 1 END,
         CASE WHEN state = 'failed' THEN '{"type":"exit_code","message":"The command ended with exit code 1."}'::jsonb END,
         CASE WHEN NOT is_launch AND n % 20 = 0 THEN '{"cloudify": {"dry_run": true}}'::jsonb END
    FROM (SELECT n, is_launch, date_trunc('hour', now()) - ($4 - n) * $3::float8 * interval '1 second' AS at,
                 CASE WHEN n <= $5::int THEN NULL WHEN n % 100 IN (1, 2, 50) THEN 'failed' WHEN n % 100 = 3 THEN 'timed_out' WHEN n % 100 IN (4, 5) THEN 'cancelled'
                      ELSE 'succeeded' END AS state,
                 CASE WHEN is_launch THEN 'Package ' || 1 + n / 2 % 5 ELSE CASE n / 10 % 2 WHEN 1 THEN 'install' ELSE 'uninstall' END || ' of deployment-' || 1 + n / 2 % 5 END AS job
            FROM (SELECT n, n * 37 % 100 < $6::int AS is_launch FROM generate_series($1::bigint, $2::bigint) n) r) x
    JOIN jobs j ON j.name = x.job AND j.deleted_at IS NULL
   ORDER BY n`;

const SHEETS = `
  INSERT INTO run_sheets (execution_id, tenant_id, number, is_late, profile_number, profile_name, device_number, device_name, run_at, due_at, details, result_number, result_at)
  SELECT e.id, e.tenant_id, e.number, false, p.number, p.name, d.number, d.hostname, CASE WHEN e.number % 10 = 0 THEN e.scheduled_for END, e.scheduled_for,
         jsonb_build_object('options', jsonb_build_object('tags', CASE e.number / 2 % 4 WHEN 0 THEN '["nightly", "DHCP"]' WHEN 1 THEN '["working"]' ELSE '[]' END::jsonb,
                                       'skip_tests', null, 'begin_at', '', 'end_at', '', 'extra_cli_args', ''),
           'interfaces', '[{"name": "lan", "value": "eth1", "is_wireless": false, "is_ics": false}]'::jsonb,
           'usesWireless', e.number % 20 < 2, 'usesIcs', false, 'icsInterfaceName', ''),
         CASE WHEN e.number % 3 <> 0 AND e.started_at IS NOT NULL THEN to_char(e.started_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS')::bigint END,
         CASE WHEN e.number % 3 <> 0 THEN date_trunc('second', e.started_at AT TIME ZONE 'UTC') END
    FROM executions e JOIN jobs j ON j.id = e.job_id AND j.name LIKE 'Package _'
    JOIN profiles p ON p.tenant_id = e.tenant_id AND p.name = 'Config ' || right(j.name, 1)
    JOIN inventory_agents d ON d.tenant_id = e.tenant_id AND d.hostname = 'Device ' || right(j.name, 1)
   WHERE NOT EXISTS (SELECT 1 FROM run_sheets s WHERE s.execution_id = e.id)
   ORDER BY e.number`;

const LIVE = `
  INSERT INTO live_runs (id, tenant_id, job_id, queue_id, state, priority, run_at)
  SELECT e.id, e.tenant_id, e.job_id, j.queue_id, 'pending', 0, e.scheduled_for FROM executions e JOIN jobs j ON j.id = e.job_id WHERE e.state IS NULL`;
