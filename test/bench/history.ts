// A history of any size, written by SQL past the API: what the parts about reading need.
import type pg from 'pg';
import type { CarillonServer } from './carillon-server.js';

/** What requests can ask for. */
export interface History {
  /** Has half a percent of the rows. */
  readonly jobId: string;
  /** Has one row in ten thousand. */
  readonly rareJobId: string;
  /** Of the job `jobId`; made a third of its rows. */
  readonly triggerId: string;
  /** Some execution in the middle. */
  readonly executionId: string;
  /** Instants between which lie about 2,400 rows, in the middle of the history. */
  readonly from: string;
  readonly to: string;
}

/** Jobs of the tenant that is asked, the rare one aside. */
const JOBS = 199;
const SECONDS_APART = 1.5;
const CHUNK = 250_000;

/** Two tenants, their jobs with a trigger each, and tags. The second tenant owns every fifth execution. */
export async function writeJobs(server: CarillonServer): Promise<void> {
  await server.rows(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'other')`);
  await server.rows(
    `INSERT INTO queues (tenant_id, required_tags, excluded_tags) SELECT id, '{}', '{}' FROM tenants ON CONFLICT DO NOTHING`,
  );
  await server.rows(
    `INSERT INTO jobs (id, tenant_id, name, job_class, args, queue_id, created_by)
     SELECT gen_random_uuid(), t.id, CASE WHEN n > $1 THEN 'rare' ELSE 'job ' || lpad(n::text, 3, '0') END, 'noop', '["hello"]', q.id, 'bench'
       FROM tenants t JOIN queues q ON q.tenant_id = t.id, generate_series(1, $1::int + 1) n
      WHERE t.name IN ('default_tenant', 'other')`,
    [JOBS],
  );
  await server.rows(
    `INSERT INTO triggers (id, tenant_id, job_id, kind, spec, created_by)
     SELECT gen_random_uuid(), tenant_id, id, 'interval', '{"everyMs":60000,"anchorAt":"2026-01-01T00:00:00Z"}', 'bench' FROM jobs`,
  );
  await server.rows(
    `INSERT INTO tags (id, tenant_id, name) VALUES (gen_random_uuid(), $1, 'nightly'), (gen_random_uuid(), $1, 'rare')`,
    [server.tenantId],
  );
  await server.rows(
    `INSERT INTO job_tags (tenant_id, job_id, tag_id)
     SELECT j.tenant_id, j.id, t.id FROM jobs j JOIN tags t ON t.tenant_id = j.tenant_id
      WHERE (t.name = 'rare' AND j.name = 'rare') OR (t.name = 'nightly' AND j.name LIKE 'job 01%')`,
  );
}

/**
 * Makes the history grow from `from` to `to` rows, the new ones older than all before. 94 % succeeded; the newest 200 are pending.
 */
export async function growHistory(server: CarillonServer, from: number, to: number): Promise<void> {
  const client = await server.database.connect();
  try {
    // Foreign keys and the triggers that note ends cost most of the time; `noteEnds` does the latter's work.
    await client.query('SET session_replication_role = replica');
    for (let begin = from; begin < to; begin += CHUNK) {
      await client.query(ROWS, [begin + 1, Math.min(begin + CHUNK, to), SECONDS_APART]);
    }
    if (from === 0) await client.query(LIVE);
    await noteEnds(client);
  } finally {
    await client.query('SET session_replication_role = origin');
    client.release();
  }
  for (const table of [
    'executions',
    'unsuccessful_executions',
    'outlying_executions',
    'live_runs',
    'jobs',
    'triggers',
    'job_tags',
    'tags',
  ])
    await server.rows(`VACUUM ANALYZE ${table}`);
}

/** What triggers do that are switched off while a history is written. */
export async function noteEnds(client: pg.PoolClient): Promise<void> {
  await client.query(UNSUCCESSFUL);
  await client.query(OUTLYING);
}

/** Looks up what requests ask for. */
export async function describeHistory(server: CarillonServer): Promise<History> {
  const one = async (sql: string, values: unknown[] = []): Promise<string> => {
    const [row] = await server.rows<{ found: string }>(sql, [server.tenantId, ...values]);
    if (row === undefined) throw new Error(`The history lacks something: ${sql}`);
    return row.found;
  };
  const jobId = await one(`SELECT id AS found FROM jobs WHERE tenant_id = $1 AND name = 'job 017'`);
  const middle = await one(
    `SELECT to_char((min(scheduled_for) + (max(scheduled_for) - min(scheduled_for)) / 2) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS found
       FROM executions WHERE tenant_id = $1`,
  );
  return {
    jobId,
    rareJobId: await one(`SELECT id AS found FROM jobs WHERE tenant_id = $1 AND name = 'rare'`),
    triggerId: await one('SELECT id AS found FROM triggers WHERE tenant_id = $1 AND job_id = $2', [jobId]),
    executionId: await one(
      'SELECT id AS found FROM executions WHERE tenant_id = $1 AND scheduled_for >= $2 ORDER BY scheduled_for LIMIT 1',
      [middle],
    ),
    from: middle,
    to: new Date(Date.parse(middle) + 3_600_000).toISOString(),
  };
}

/** $1 and $2 first and last number, $3 seconds between two. */
const ROWS = `
  INSERT INTO executions (id, tenant_id, job_id, trigger_id, source, scheduled_for, job_class, args, parameters, created_by, created_at,
                          state, reason, attempt, hostname, started_at, finished_at, exit_code, error)
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
         j.tenant_id, j.id, CASE WHEN n % 3 = 0 THEN t.id END, CASE WHEN n % 3 = 0 THEN 'trigger' ELSE 'manual' END, at, 'noop', '["hello"]', '{}',
         CASE WHEN n % 3 <> 0 THEN 'bench' END, at, state,
         CASE state WHEN 'succeeded' THEN NULL WHEN 'missed' THEN 'misfire_skipped' WHEN 'skipped' THEN 'overlap' ELSE state END,
         CASE WHEN state IN ('missed', 'skipped') THEN 0 ELSE 1 END, 'host', CASE WHEN state NOT IN ('missed', 'skipped') THEN at END,
         CASE WHEN state IS NOT NULL THEN at + interval '20 milliseconds' END, CASE state WHEN 'succeeded' THEN 0 WHEN 'failed' THEN 1 END,
         CASE WHEN state = 'failed' THEN '{"type":"exit_code","message":"The command ended with exit code 1."}'::jsonb END
    FROM (SELECT n, date_trunc('hour', now()) - n * $3::float8 * interval '1 second' AS at,
                 CASE WHEN n <= 200 THEN NULL WHEN n % 50000 = 7 THEN 'skipped' WHEN n % 1000 = 501 THEN 'missed'
                      WHEN n % 100 < 3 THEN 'failed' WHEN n % 100 = 3 THEN 'timed_out' WHEN n % 100 = 4 THEN 'cancelled' ELSE 'succeeded' END AS state,
                 CASE WHEN n % 5 = 0 THEN 'other' ELSE 'default_tenant' END AS tenant,
                 CASE WHEN n % 10007 = 1 THEN 'rare' ELSE 'job ' || lpad((1 + n % 199)::text, 3, '0') END AS job
            FROM generate_series($1::bigint, $2::bigint) n) x
    JOIN tenants o ON o.name = x.tenant
    JOIN jobs j ON j.tenant_id = o.id AND j.name = x.job
    JOIN triggers t ON t.job_id = j.id
   ORDER BY n`;

const LIVE = `
  INSERT INTO live_runs (id, tenant_id, job_id, queue_id, state, priority, run_at)
  SELECT e.id, e.tenant_id, e.job_id, j.queue_id, 'pending', 0, e.scheduled_for FROM executions e JOIN jobs j ON j.id = e.job_id WHERE e.state IS NULL`;

const UNSUCCESSFUL = `
  INSERT INTO unsuccessful_executions (id, tenant_id, job_id, state, scheduled_for)
  SELECT id, tenant_id, job_id, state, scheduled_for FROM executions WHERE state <> 'succeeded' ORDER BY id
      ON CONFLICT DO NOTHING`;

const OUTLYING = `
  INSERT INTO outlying_executions (id, tenant_id, job_id, started_at, finished_at)
  SELECT id, tenant_id, job_id, started_at, finished_at FROM executions
   WHERE state IS NOT NULL AND (started_at IS NULL OR started_at - scheduled_for > interval '1 minute' OR finished_at - scheduled_for > interval '1 minute') ORDER BY id
      ON CONFLICT DO NOTHING`;
