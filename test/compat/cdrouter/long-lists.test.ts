// What lists find among more rows than are looked at for a page before all of them are, compared with what the whole list says of itself. Half of the rows have a sheet.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countFurther } from '../../../src/executions/sql/count-further.js';
import { startNativeApp, type NativeApp } from '../../http/native-app.js';
import { CdrouterClient } from './cdrouter-app.js';

type Job = Readonly<Record<string, unknown>>;

const ROWS = 5_000;

let native: NativeApp;
let client: CdrouterClient;
let all: readonly Job[];
beforeAll(async () => {
  native = await startNativeApp();
  client = new CdrouterClient(native);
  await client.made('packages', { name: 'dns' });
  await native.sql(`INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters, created_by, created_at, state, reason, started_at, finished_at, error)
    SELECT md5(n::text)::uuid, j.tenant_id, j.id, 'manual', at, 'noop', '[]', '{}', CASE WHEN n % 700 = 3 THEN 'zoe' WHEN n % 11 <> 0 THEN 'anonymous' END,
           at + CASE n % 70 WHEN 1 THEN interval '3 hours' WHEN 2 THEN interval '-2 hours' ELSE (n % 3) * interval '9 seconds' END, state, CASE WHEN state <> 'succeeded' THEN state END, CASE WHEN state <> 'skipped' THEN at + (n % 7) * interval '0.3 seconds' END,
           CASE WHEN state IS NOT NULL THEN at + CASE n % 13 WHEN 5 THEN interval '40 minutes' ELSE (n % 5) * interval '10 seconds' END END, NULL
      FROM (SELECT n, '2026-01-01T00:00:00Z'::timestamptz + (n * 37 % 4999) * interval '1 second' AS at,
                   CASE WHEN n % 50 = 3 THEN NULL WHEN n % 40 = 9 THEN 'failed' WHEN n % 400 = 10 THEN 'timed_out' WHEN n % 80 = 12 THEN 'cancelled' WHEN n % 80 = 15 THEN 'skipped'
                        ELSE 'succeeded' END AS state
              FROM generate_series(1, ${ROWS}) n) x
      JOIN jobs j ON j.name = 'dns' ORDER BY n`);
  await native.sql(`INSERT INTO live_runs (id, tenant_id, job_id, queue_id, state, priority, run_at, driven_by, claimed_at)
    SELECT e.id, e.tenant_id, e.job_id, j.queue_id, s, 0, e.scheduled_for, CASE WHEN s = 'running' THEN 'anonymous' END, CASE WHEN s = 'running' THEN e.scheduled_for + interval '2 seconds' END
      FROM executions e JOIN jobs j ON j.id = e.job_id, LATERAL (SELECT CASE WHEN e.number % 4 < 2 THEN 'pending' ELSE 'running' END AS s) x WHERE e.state IS NULL`);
  // Of the sheets half were written by launches, which tell the runs of them.
  await native.sql('UPDATE executions SET has_sheet = true WHERE number % 4 = 0');
  // Members that are no list stand for an empty one, as does a member that is absent.
  await native.sql(`INSERT INTO run_sheets (execution_id, tenant_id, number, is_late, profile_number, profile_name, due_at, run_at, details, dismissed_at)
    SELECT e.id, e.tenant_id, e.number, e.has_sheet IS NULL, e.number % 3, CASE e.number % 3 WHEN 0 THEN '' ELSE 'Config ' || e.number % 3 END, e.scheduled_for + (e.number % 5) * interval '1 hour', CASE WHEN e.number % 5 > 0 THEN e.scheduled_for + (e.number % 5) * interval '1 hour' END,
           jsonb_build_object('usesWireless', e.number % 90 = 0, 'options', CASE e.number / 2 % 8 WHEN 0 THEN '{}' WHEN 1 THEN '{"tags": null}' WHEN 2 THEN '{"tags": ["x", "y"], "begin_at": "b"}'
             WHEN 3 THEN '{"tags": ["y"], "skip_tests": ["s"]}' WHEN 4 THEN '{"tags": []}' WHEN 5 THEN '{"tags": ["z"], "extra_cli_args": "-testvar a=1"}' WHEN 6 THEN '{"tags": ["y", "x", "y"]}'
             ELSE '{"tags": ["x"], "begin_at": ""}' END::jsonb),
           CASE WHEN e.number % 97 = 0 THEN now() END
      FROM executions e WHERE e.number % 2 = 0`);
  // Totals are put together of those that are counted and those that are not yet.
  await native.sql(countFurther.text, [0, ROWS / 2]);
  await native.sql('ANALYZE executions');
  await native.sql('ANALYZE run_sheets');
  all = (await client.get('jobs/?limit=none&sort=result_id')).list;
  all = [...all].sort((a, b) => Number(a['id']) - Number(b['id']));
  expect(all.length).toBeGreaterThan(4_900);
  expect(all.length).toBeLessThan(ROWS);
});
afterAll(() => native.close());

const ids = (rows: readonly Job[]) => rows.map(({ id }) => id);
const option = (job: Job, name: string): unknown => (job['options'] as Record<string, unknown>)[name];
const tags = (job: Job): readonly string[] => (option(job, 'tags') as readonly string[] | null) ?? [];
const isSame = (a: readonly string[], b: readonly string[]) =>
  a.every((one) => b.includes(one)) && b.every((one) => a.includes(one));
const some = (): Job => all.find((job, i) => i > 3_000 && job['result_id'] !== undefined) ?? {};
const result = (job: Job): number => Number(job['result_id']);

describe('by every kind of filter', () => {
  const filters: [string, (job: Job) => boolean][] = [
    ['status~^comp', (job) => job['status'] === 'completed'],
    ['status!~e', (job) => !String(job['status']).includes('e')],
    ['status>running', (job) => String(job['status']) > 'running'],
    ['active=true', (job) => job['active'] === true],
    ['user_id=0', (job) => job['user_id'] === '0'],
    ['user_id!=0', (job) => job['user_id'] !== '0'],
    ['user_id>0', (job) => Number(job['user_id']) > 0],
    ['user_id~^0', (job) => job['user_id'] === '0'],
    ['config_name=Config 2', (job) => job['config_name'] === 'Config 2'],
    ['config_id=0', (job) => job['config_id'] === '0'],
    ['config_id!=0', (job) => job['config_id'] !== '0'],
    ['config_name~2$', (job) => job['config_name'] === 'Config 2'],
    ['config_name!~2$', (job) => job['config_name'] !== 'Config 2'],
    ['config_name~*CONFIG', (job) => job['config_name'] !== ''],
    ['config_name~^$', (job) => job['config_name'] === ''],
    ['config_name!~*^$&filter=config_name!~1', (job) => job['config_name'] === 'Config 2'],
    ['device_name~.', () => false],
    ['uses_wireless=true', (job) => job['uses_wireless'] === true],
    ['uses_wireless=false', (job) => job['uses_wireless'] === false],
    ['uses_wireless!=false', (job) => job['uses_wireless'] === true],
    [
      'config_name~1&filter=uses_wireless=true&type=union',
      (job) => job['config_name'] === 'Config 1' || job['uses_wireless'] === true,
    ],
    ['options.tags@>{x,y}', (job) => ['x', 'y'].every((tag) => tags(job).includes(tag))],
    ['options.tags@>{}', () => true],
    ['options.tags<@{x,y}', (job) => tags(job).every((tag) => ['x', 'y'].includes(tag))],
    ['options.tags&&{z,x}', (job) => tags(job).some((tag) => ['x', 'z'].includes(tag))],
    ['options.tags={x,y}', (job) => isSame(tags(job), ['x', 'y'])],
    ['options.tags!={x,y}', (job) => !isSame(tags(job), ['x', 'y'])],
    ['options.tags={}', (job) => tags(job).length === 0],
    ['options.tags!={}', (job) => tags(job).length > 0],
    ['options.skip_tests@>{s}', (job) => option(job, 'skip_tests') !== null],
    ['options.begin_at=', (job) => option(job, 'begin_at') === ''],
    ['options.begin_at=b', (job) => option(job, 'begin_at') === 'b'],
    ['options.extra_cli_args~testvar', (job) => String(option(job, 'extra_cli_args')).includes('testvar')],
    ['run_at>2026-01-01T02:00:00Z', (job) => String(job['run_at']) > '2026-01-01T02:00:00.000+00:00'],
    ...(['updated', 'created'] as const).flatMap((field): [string, (job: Job) => boolean][] =>
      ['2026-01-01T00:40:10Z', '2026-01-01T01:05:00Z', '2025-12-31T23:00:10Z', '2026-01-01T03:30:30Z'].map((at) => [
        `${field}=${at}`,
        (job) => Date.parse(String(job[field])) === Date.parse(at),
      ]),
    ),
    [
      'created=2026-01-01T00:40:09Z&filter=config_id=2&type=union',
      (job) => Date.parse(String(job['created'])) === Date.parse('2026-01-01T00:40:09Z') || job['config_id'] === '2',
    ],
    ['result_id=R', (job) => result(job) === result(some())],
    ['result_id!=R', (job) => result(job) !== result(some())],
    ['result_id<R', (job) => result(job) < result(some())],
    ['result_id<=R', (job) => result(job) <= result(some())],
    ['result_id>R', (job) => result(job) > result(some())],
    ['result_id>=R', (job) => result(job) >= result(some())],
    [
      'status=error&filter=config_name=Config 1',
      (job) => job['status'] === 'error' && job['config_name'] === 'Config 1',
    ],
    ['status=completed&filter=config_id=2', (job) => job['status'] === 'completed' && job['config_id'] === '2'],
    ['status=running&filter=config_id=2', (job) => job['status'] === 'running' && job['config_id'] === '2'],
    ['status=error&filter=config_id=2&type=union', (job) => job['status'] === 'error' || job['config_id'] === '2'],
    [
      'status=running&filter=result_id=R&type=union',
      (job) => job['status'] === 'running' || result(job) === result(some()),
    ],
    ['package_name=none', () => false],
  ];
  it.each(filters)('%s', async (filter, means) => {
    const query = filter.replace('R', String(some()['result_id'])).replace('&&{', '%26%26{');
    const found = all.filter(means);
    for (const [sort, rows] of [
      ['id', found],
      ['-id', [...found].reverse()],
    ] as const)
      for (const page of [1, 2, 5, 60]) {
        const { list, links, error } = await client.get(`jobs/?limit=30&page=${page}&sort=${sort}&filter=${query}`);
        const expected = ids(rows.slice(30 * (page - 1), 30 * page));
        expect([sort, page, error, links['total'], ids(list)]).toEqual([sort, page, '', found.length, expected]);
      }
  });
});

describe('in orders that are put together', () => {
  const sorts = [
    'id',
    'user_id',
    'result_id',
    'status',
    'active',
    'created',
    'updated',
    'run_at',
    'config_id',
    'device_id',
  ].flatMap((by) => [by, `-${by}`]);
  it.each(sorts)('%s', async (sort) => {
    const field = sort.replace('-', '');
    const key = (job: Job): number | string => {
      if (!field.endsWith('id')) return String(job[field]);
      return job[field] === undefined ? Infinity : Number(job[field]);
    };
    const order = (a: Job, b: Job): number => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
    const expected = [...all].sort(
      (a, b) => (sort === field ? 1 : -1) * order(a, b) || Number(a['id']) - Number(b['id']),
    );
    for (const page of [1, 2, 9, 30, 90, 160, 166, 170]) {
      const { list, links } = await client.get(`jobs/?limit=30&page=${page}&sort=${sort}`);
      const rows = expected.slice(30 * (page - 1), 30 * page);
      expect([page, links['total'], ids(list)]).toEqual([page, all.length, ids(rows)]);
    }
  });
});

it.each([
  ['created', `created_at - scheduled_for > interval '1 hour'`],
  ['created', `scheduled_for - created_at > interval '1 hour'`],
  ['updated', `finished_at - scheduled_for > interval '10 minutes'`],
])('%s at an instant far from the due one: %s', async (field, where) => {
  const [run] = await native.sql<{ number: string }>(
    `SELECT number FROM executions WHERE ${where} AND number % 97 <> 0 ORDER BY number LIMIT 1`,
  );
  const at = all.find((job) => job['id'] === run?.number)?.[field];
  const { list, links } = await client.get(`jobs/?sort=id&filter=${field}=${encodeURIComponent(String(at))}`);
  expect(list.length).toBeGreaterThan(0);
  expect([links['total'], ids(list)]).toEqual([list.length, ids(all.filter((job) => job[field] === at))]);
});

it('is sorted by what the run says, and then by what the sheet says', async () => {
  const key = (job: Job): string => `${String(job['created'])} ${String(job['config_name'])}`;
  const expected = [...all].sort((a, b) =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : Number(a['id']) - Number(b['id']),
  );
  const { list, error } = await client.get('jobs/?limit=30&page=3&sort=created,config_name');
  expect([error, ids(list)]).toEqual(['', ids(expected.slice(60, 90))]);
});

describe('among runs of which half have no sheet', () => {
  /** Lists give what they show a number, and so a sheet; each is asked for before anybody has looked. */
  const forget = () => native.sql(`DELETE FROM run_sheets WHERE number % 2 = 1`);
  const began = `coalesce(e.started_at, l.started_at, l.claimed_at)`;
  /** As plainly as can be; before anybody has looked the second stands for the number. */
  const plain = async (where: string, order: string): Promise<string[]> => {
    const rows = await native.sql<{ number: string }>(
      `SELECT r.number FROM (SELECT e.number, coalesce(s.due_at, e.scheduled_for) AS run_at,
                coalesce(s.result_number, to_char(date_trunc('second', ${began} AT TIME ZONE 'UTC'), 'YYYYMMDDHH24MISS')::bigint) AS result_id
           FROM executions e LEFT JOIN live_runs l ON l.id = e.id LEFT JOIN run_sheets s ON s.execution_id = e.id WHERE s.dismissed_at IS NULL) r
        WHERE ${where} ORDER BY ${order}, r.number`,
    );
    return rows.map(({ number }) => number);
  };
  const middle = '2026-01-01T00:45:00Z';
  const second = '20260101004500';
  const lists: [string, string, string, string][] = [
    ['sort=result_id', '', 'true', 'result_id'],
    ['sort=-result_id', '', 'true', 'result_id DESC'],
    ['sort=run_at', '', 'true', 'run_at'],
    ['sort=-run_at', '', 'true', 'run_at DESC'],
    ['sort=result_id', `run_at>${middle}`, `run_at > '${middle}'`, 'result_id'],
    ['sort=-result_id', `result_id<${second}`, `result_id < ${second}`, 'result_id DESC'],
    ['sort=run_at', `run_at<=${middle}`, `run_at <= '${middle}'`, 'run_at'],
    ['sort=id', `run_at>2026-01-01T03:10:00Z`, `run_at > '2026-01-01T03:10:00Z'`, 'number'],
    ['sort=-id', `run_at<2026-01-01T00:05:00Z`, `run_at < '2026-01-01T00:05:00Z'`, 'number DESC'],
    ['sort=id', `run_at=${middle}`, `run_at = '${middle}'`, 'number'],
    ['sort=id', `run_at!=${middle}`, `run_at <> '${middle}'`, 'number'],
    ['sort=id', `result_id>=${second}`, `result_id >= ${second}`, 'number'],
    ['sort=id', `result_id!=${second}`, `result_id IS DISTINCT FROM ${second}`, 'number'],
    ['sort=-id', `result_id=${second}`, `result_id = ${second}`, 'number DESC'],
  ];
  it.each(lists)('%s %s', async (sort, filter, where, order) => {
    await forget();
    await client.get('jobs/?limit=1&sort=result_id&filter=id=0'); // launches get their numbers now
    for (const page of [1, 2, 4, 40, 160]) {
      await forget();
      const expected = await plain(where, order);
      const { list, links, error } = await client.get(
        `jobs/?limit=30&page=${page}&${sort}${filter && `&filter=${encodeURIComponent(filter)}`}`,
      );
      const rows = expected.slice(30 * (page - 1), 30 * page);
      expect([page, error, links['total'], ids(list)]).toEqual([page, '', expected.length, rows]);
    }
  });

  it('in the order of results when those with a sheet all come later, or all earlier', async () => {
    for (const shift of ['-10 years', '20 years']) {
      await forget();
      await native.sql(`UPDATE executions SET started_at = started_at + interval '${shift}' WHERE number % 2 = 1`);
      // As their ends would have been noted.
      await native.sql(`INSERT INTO outlying_executions (id, tenant_id, job_id, started_at, finished_at)
        SELECT id, tenant_id, job_id, started_at, finished_at FROM executions WHERE number % 2 = 1 AND state IS NOT NULL
            ON CONFLICT (id) DO UPDATE SET started_at = EXCLUDED.started_at`);
      for (const [sort, order] of [
        ['result_id', 'result_id'],
        ['-result_id', 'result_id DESC'],
      ] as const)
        for (const page of [1, 3, 70, 120]) {
          await forget();
          const expected = await plain('true', order);
          const { list } = await client.get(`jobs/?limit=30&page=${page}&sort=${sort}`);
          expect([shift, page, ids(list)]).toEqual([shift, page, expected.slice(30 * (page - 1), 30 * page)]);
        }
    }
  });
});
