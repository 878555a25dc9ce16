// What lists find in a history that is long enough for every way that the statements take, compared with a plain sort and filter of all rows. Half of the rows are another system's.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countFurther } from '../../../src/executions/sql/count-further.js';
import { startCloudifyApp, type CloudifyApp } from './cloudify-app.js';

type Row = Readonly<Record<string, string | boolean | null>>;

/** More than twice what is looked at for a page before all are, and more than from where offsets are deep. */
const ROWS = 24_000;
const FIELDS =
  'id,status,status_display,error,created_by,created_at,started_at,ended_at,scheduled_for,deployment_id,workflow_id,is_dry_run,resume';

let app: CloudifyApp;
let all: readonly Row[];
beforeAll(async () => {
  app = await startCloudifyApp({ env: { ROLES: 'api' } });
  for (const id of ['walked', 'Strolled', 'other']) await app.deploy(id, { driver: 'client' });
  await app.call('POST', '/api/v2/jobs', { body: { name: 'foreign', jobClass: 'noop' } });
  await app.sql(`INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters, created_by, state, reason, started_at, finished_at, error, annotations)
    SELECT md5(n::text)::uuid, j.tenant_id, j.id, 'manual', at, 'noop', '[]', '{}', CASE WHEN n % 9 = 0 THEN 'zoe' WHEN n % 1000 = 7 THEN 'Ann' WHEN n % 11 <> 0 THEN 'anonymous' END,
           state, CASE WHEN state <> 'succeeded' THEN state END, CASE WHEN state <> 'skipped' AND n % 101 <> 0 THEN at + (n * 37 % late) * interval '1 second' END,
           CASE WHEN state IS NOT NULL THEN at + 3 * (n * 37 % late) * interval '1 second' END,
           CASE WHEN state = 'failed' THEN jsonb_build_object('type', 'x', 'message', 'Error ' || n % 3) END,
           CASE n % 60 WHEN 1 THEN '{"cloudify": {"dry_run": true}}' WHEN 2 THEN '{"cloudify": {"resumed": true}}' WHEN 7 THEN '{"cloudify": {"error": "Of the note"}}'
                WHEN 4 THEN jsonb_build_object('cloudify', jsonb_build_object('scheduled_for', '2030-01-' || 10 + n % 7)) WHEN 5 THEN '{"else": {}}' END::jsonb
      FROM (SELECT n, '2026-01-01T00:00:00Z'::timestamptz + (n * 7919 % 20011) * interval '1 second' AS at, CASE WHEN n % 5 < 3 THEN 15 ELSE 5000 END AS late,
                   CASE WHEN n % 400 IN (3, 8, 13) THEN NULL WHEN n % 40 = 9 THEN 'failed' WHEN n % 400 = 10 THEN 'timed_out' WHEN n % 80 = 12 THEN 'cancelled' WHEN n % 80 = 15 THEN 'skipped'
                        ELSE 'succeeded' END AS state
              FROM generate_series(1, ${ROWS}) n) x
      JOIN jobs j ON j.name = CASE WHEN n % 2 = 0 AND state IS NOT NULL THEN 'foreign' ELSE
                 CASE n / 2 % 3 WHEN 0 THEN 'install' ELSE 'uninstall' END || ' of ' || CASE n / 6 % 5 WHEN 0 THEN 'Strolled' WHEN 1 THEN 'other' ELSE 'walked' END END`);
  await app.sql(`INSERT INTO live_runs (id, tenant_id, job_id, queue_id, state, priority, run_at, driven_by, claimed_at, started_at, stop_requested_at)
    SELECT e.id, e.tenant_id, e.job_id, j.queue_id, s, 0, e.scheduled_for, CASE WHEN s <> 'pending' THEN 'anonymous' END,
           CASE WHEN s <> 'pending' THEN e.scheduled_for + interval '7 seconds' END, NULL, CASE WHEN s = 'force_cancelling' THEN now() END
      FROM executions e JOIN jobs j ON j.id = e.job_id, LATERAL (SELECT (ARRAY['pending', 'running', 'force_cancelling'])[1 + abs(hashtext(e.id::text)) % 3] AS s) x WHERE e.state IS NULL`);
  await app.sql(`UPDATE executions e SET annotations = '{"cloudify": {"state": "kill_cancelling"}}', started_at = NULL FROM live_runs l
                  WHERE l.id = e.id AND l.state = 'force_cancelling' AND hashtext('x' || e.id::text) % 2 = 0`);
  // Totals are put together of those that are counted and those that are not yet.
  await app.sql(countFurther.text, [0, ROWS / 2]);
  await app.sql('ANALYZE executions');
  const rows: Row[] = [];
  for (let offset = 0; rows.length === offset; offset += 1_000)
    rows.push(...(await list(`_sort=id&_size=1000&_offset=${offset}`)).items);
  all = [...rows].sort(by([['created_at', false]]));
  expect(all.length).toBeGreaterThan(12_000);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});
afterAll(() => app.close());

async function list(query: string): Promise<{ items: Row[]; total: number }> {
  const { status, body, text } = await app.ask('GET', `/executions?_include=${FIELDS}&${query}`);
  if (status !== 200) throw new Error(text);
  const { pagination } = body['metadata'] as { pagination: { total: number } };
  return { items: body['items'] as Row[], total: pagination.total };
}

/** As PostgreSQL sorts them by bytes, null behind all else, and then from the oldest on. */
function by(keys: readonly (readonly [string, boolean])[]): (a: Row, b: Row) => number {
  const compare = (a: Row, b: Row, field: string): number => {
    const [x, y] = [a[field] ?? null, b[field] ?? null];
    if (x === y) return 0;
    if (x === null || y === null) return x === null ? 1 : -1;
    return String(x) < String(y) ? -1 : 1;
  };
  return (a, b) =>
    keys.map(([field, falls]) => (falls ? -1 : 1) * compare(a, b, field)).find((order) => order !== 0) ??
    (compare(a, b, 'created_at') || compare(a, b, 'id'));
}

const ids = (rows: readonly Row[]) => rows.map(({ id }) => id);

describe('in every order', () => {
  const fields = FIELDS.split(',');
  it.each(fields.flatMap((field) => [field, `-${field}`]))('%s', async (sort) => {
    const expected = [...all].sort(by([[sort.replace('-', ''), sort.startsWith('-')]]));
    for (const offset of [0, 25, 300, 990, 3_000, 10_000, all.length - 10, all.length + 5]) {
      const { items, total } = await list(`_sort=${sort}&_size=20&_offset=${offset}`);
      expect([offset, total, ids(items)]).toEqual([offset, all.length, ids(expected.slice(offset, offset + 20))]);
    }
  });

  it('of several fields', async () => {
    const expected = [...all].sort(
      by([
        ['workflow_id', true],
        ['started_at', false],
      ]),
    );
    const { items } = await list('_sort=-workflow_id&_sort=started_at&_size=50&_offset=100');
    expect(ids(items)).toEqual(ids(expected.slice(100, 150)));
  });

  it.each([
    ['deployment_id', '-created_at'],
    ['-deployment_id', 'created_by'],
    ['workflow_id', '-status'],
  ])('%s, and %s of equal ones', async (...sorts) => {
    const expected = [...all].sort(by(sorts.map((sort) => [sort.replace('-', ''), sort.startsWith('-')])));
    for (const offset of [0, 300, 6_000, all.length - 10, all.length + 5]) {
      const { items, total } = await list(
        `${sorts.map((sort) => `_sort=${sort}`).join('&')}&_size=20&_offset=${offset}`,
      );
      expect([offset, total, ids(items)]).toEqual([offset, all.length, ids(expected.slice(offset, offset + 20))]);
    }
  });
});

describe('by every kind of filter', () => {
  const any = (): Row => all[6_001] ?? {};
  const filters: [string, () => string, (row: Row) => boolean][] = [
    ['created_by=zoe', () => 'created_by=zoe', (row) => row['created_by'] === 'zoe'],
    ['created_by=Ann', () => 'created_by=Ann', (row) => row['created_by'] === 'Ann'],
    ['created_by=nobody', () => 'created_by=nobody', () => false],
    [
      'started_at',
      () => `started_at=${String(any()['started_at'])}`,
      (row) => row['started_at'] === any()['started_at'],
    ],
    ['ended_at', () => `ended_at=${String(any()['ended_at'])}`, (row) => row['ended_at'] === any()['ended_at']],
    [
      'created_at',
      () => `created_at=${String(any()['created_at'])}`,
      (row) => row['created_at'] === any()['created_at'],
    ],
    ['error', () => 'error=Error 1', (row) => row['error'] === 'Error 1'],
    ['error of the note', () => 'error=Of the note', (row) => row['error'] === 'Of the note'],
    ['error=', () => 'error=', (row) => row['error'] === ''],
    ['status=failed', () => 'status=failed', (row) => row['status'] === 'failed'],
    [
      'status=cancelled, made by',
      () => 'status=cancelled&created_by=zoe',
      (row) => row['status'] === 'cancelled' && row['created_by'] === 'zoe',
    ],
    ['status=terminated', () => 'status=terminated', (row) => row['status'] === 'terminated'],
    [
      'status=started or failed',
      () => 'status=started&status=failed',
      (row) => ['started', 'failed'].includes(String(row['status'])),
    ],
    [
      'status=failed or cancelled',
      () => 'status=failed&status=cancelled',
      (row) => ['failed', 'cancelled'].includes(String(row['status'])),
    ],
    [
      'status=terminated or kill_cancelling',
      () => 'status=terminated&status=kill_cancelling',
      (row) => ['terminated', 'kill_cancelling'].includes(String(row['status'])),
    ],
    [
      'is_dry_run=false, resume=false',
      () => 'is_dry_run=false&resume=false',
      (row) => row['is_dry_run'] === false && row['resume'] === false,
    ],
    ['status=kill_cancelling', () => 'status=kill_cancelling', (row) => row['status'] === 'kill_cancelling'],
    [
      'failed of a deployment',
      () => 'deployment_id=walked&status=failed',
      (row) => row['deployment_id'] === 'walked' && row['status'] === 'failed',
    ],
    ['is_dry_run=true', () => 'is_dry_run=true', (row) => row['is_dry_run'] === true],
    ['is_dry_run=false', () => 'is_dry_run=false', (row) => row['is_dry_run'] === false],
    [
      'resume=true, failed',
      () => 'resume=true&status=failed',
      (row) => row['resume'] === true && row['status'] === 'failed',
    ],
    ['scheduled_for', () => 'scheduled_for=2030-01-12', (row) => row['scheduled_for'] === '2030-01-12'],
    ['parameters', () => 'parameters={"a":1}', () => false],
  ];
  it.each(filters)('%s', async (_name, query, means) => {
    for (const [sort, falls] of [
      ['', false],
      ['_sort=-created_at&', true],
      ['_sort=-created_by&', null],
    ] as const) {
      const found = [...all].sort(by(falls === null ? [['created_by', true]] : [['created_at', falls]])).filter(means);
      for (const offset of [0, 7]) {
        const { items, total } = await list(`${sort}${query()}&_size=15&_offset=${offset}`);
        expect([sort, offset, total, ids(items)]).toEqual([
          sort,
          offset,
          found.length,
          ids(found.slice(offset, offset + 15)),
        ]);
      }
    }
  });
});

it('is walked page by page to its end, each row once, while rows are added', async () => {
  const seen: unknown[] = [];
  for (let offset = 0, added = 0; ; offset += 1_000) {
    const { items } = await list(`_size=1000&_offset=${offset}`);
    if (items.length === 0) break;
    seen.push(...ids(items));
    if (added++ < 15) await app.start('walked', 'install', { force: 'true' });
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.slice(0, all.length)).toEqual(ids(all));
  expect(seen.length).toBeGreaterThan(all.length);
});
