import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../http/native-app.js';

let native: NativeApp;
let jobId: string;
let triggerId: string;
beforeAll(async () => {
  native = await startNativeApp();
  const trigger = { kind: 'cron', expression: '0 3 * * *' };
  const made = await native.call('POST', '/api/v2/jobs', {
    body: { name: 'good', jobClass: 'noop', triggers: [trigger] },
  });
  jobId = made.body['id'] as string;
  triggerId = (made.body['triggers'] as { id: string }[])[0]?.id ?? '';
});
afterAll(() => native.close());

/** Everything that a refused request must leave as it was. */
const stored = () =>
  native.sql(
    `SELECT (SELECT count(*) FROM jobs) AS jobs, (SELECT sum(version) FROM jobs) AS job_versions, (SELECT count(*) FROM triggers) AS triggers,
            (SELECT sum(version) FROM triggers) AS trigger_versions, (SELECT count(*) FROM tags) AS tags, (SELECT count(*) FROM audit_log) AS audit,
            (SELECT count(*) FROM executions) AS executions, (SELECT count(*) FROM queues) AS queues, (SELECT count(*) FROM gates) AS gates`,
  );

async function expectRefused(method: string, path: string, body: unknown, field: string): Promise<void> {
  const before = await stored();
  const answer = await native.call(method, path, { body });
  expect(answer.status, answer.text).toBe(400);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  const errors = answer.body['errors'] as { field: string; message: string }[];
  expect(
    errors.map((error) => error.field),
    answer.text,
  ).toContain(field);
  expect(await stored()).toEqual(before);
}

const JOB: [string, object, string][] = [
  ['no name', { jobClass: 'noop' }, '/name'],
  ['an empty name', { name: '', jobClass: 'noop' }, '/name'],
  ['a name that is a number', { name: 7, jobClass: 'noop' }, '/name'],
  ['a name that is too long', { name: 'x'.repeat(201), jobClass: 'noop' }, '/name'],
  ['no class', { name: 'a' }, '/jobClass'],
  ['a class with a path in it', { name: 'a', jobClass: '../etc/passwd' }, '/jobClass'],
  ['an unknown field', { name: 'a', jobClass: 'noop', colour: 'red' }, '/colour'],
  ['args that are no list', { name: 'a', jobClass: 'noop', args: { 0: 'x' } }, '/args'],
  ['args that are null', { name: 'a', jobClass: 'noop', args: null }, '/args'],
  ['parameters that are a list', { name: 'a', jobClass: 'noop', parameters: [] }, '/parameters'],
  ['a priority out of range', { name: 'a', jobClass: 'noop', priority: 1001 }, '/priority'],
  ['a priority that is no whole number', { name: 'a', jobClass: 'noop', priority: 1.5 }, '/priority'],
  ['a priority that is a text', { name: 'a', jobClass: 'noop', priority: '1' }, '/priority'],
  ['a timeout of zero', { name: 'a', jobClass: 'noop', timeoutSeconds: 0 }, '/timeoutSeconds'],
  ['an unknown overlap policy', { name: 'a', jobClass: 'noop', overlapPolicy: 'maybe' }, '/overlapPolicy'],
  ['a limit without an overlap policy', { name: 'a', jobClass: 'noop', maxConcurrency: 2 }, '/maxConcurrency'],
  ['a limit of zero', { name: 'a', jobClass: 'noop', overlapPolicy: 'skip', maxConcurrency: 0 }, '/maxConcurrency'],
  [
    'a tag that is required and excluded',
    { name: 'a', jobClass: 'noop', requiredTags: ['GPU'], excludedTags: ['gpu'] },
    '/excludedTags',
  ],
  ['a tag with a comma', { name: 'a', jobClass: 'noop', tags: ['a,b'] }, '/tags'],
  ['no attempt at all', { name: 'a', jobClass: 'noop', retry: { maxAttempts: 0 } }, '/retry/maxAttempts'],
  ['an unknown retry field', { name: 'a', jobClass: 'noop', retry: { attempts: 3 } }, '/retry/attempts'],
  ['a retry that is null', { name: 'a', jobClass: 'noop', retry: null }, '/retry'],
];

const TRIGGER: [string, object, string][] = [
  ['no kind', {}, '/kind'],
  ['an unknown kind', { kind: 'moon' }, '/kind'],
  ['cron without an expression', { kind: 'cron' }, '/expression'],
  ['a minute 61', { kind: 'cron', expression: '61 * * * *' }, '/expression'],
  ['an empty expression', { kind: 'cron', expression: '' }, '/expression'],
  ['an expression that is a number', { kind: 'cron', expression: 5 }, '/expression'],
  ['30 February', { kind: 'cron', expression: '0 0 30 2 *' }, '/expression'],
  ['an unknown zone', { kind: 'cron', expression: '* * * * *', timeZone: 'Mars/Olympus' }, '/timeZone'],
  ['expression and fields', { kind: 'cron', expression: '* * * * *', fields: { minute: '1' } }, '/fields'],
  ['a bad field', { kind: 'cron', fields: { minute: '61' } }, '/fields/minute'],
  ['an unknown cron field', { kind: 'cron', fields: { fortnight: '1' } }, '/fields/fortnight'],
  ['an interval without its length', { kind: 'interval' }, '/everySeconds'],
  ['an interval below a second', { kind: 'interval', everySeconds: 0.5 }, '/everySeconds'],
  [
    'a fraction of a millisecond',
    { kind: 'interval', everySeconds: 5, misfireGraceSeconds: 1e-7 },
    '/misfireGraceSeconds',
  ],
  ['a field of another kind', { kind: 'interval', everySeconds: 5, expression: '* * * * *' }, '/expression'],
  ['a date without its instant', { kind: 'date' }, '/at'],
  ['a date in the past', { kind: 'date', at: '2001-01-01T00:00:00Z' }, '/at'],
  ['a date that does not exist', { kind: 'date', at: '2030-02-30T00:00:00Z' }, '/at'],
  ['a date without an offset', { kind: 'date', at: '2030-01-01T00:00:00' }, '/at'],
  [
    'an end before the start',
    { kind: 'interval', everySeconds: 5, startAt: '2030-01-02T00:00:00Z', endAt: '2030-01-01T00:00:00Z' },
    '/endAt',
  ],
  ['an end in the past', { kind: 'interval', everySeconds: 5, endAt: '2001-01-01T00:00:00Z' }, '/everySeconds'],
  ['no run at all', { kind: 'interval', everySeconds: 5, maxRuns: 0 }, '/maxRuns'],
  ['a negative jitter', { kind: 'interval', everySeconds: 5, jitterSeconds: -1 }, '/jitterSeconds'],
  ['an unknown misfire policy', { kind: 'interval', everySeconds: 5, misfirePolicy: 'hope' }, '/misfirePolicy'],
  ['an unknown field', { kind: 'interval', everySeconds: 5, everyMinutes: 1 }, '/everyMinutes'],
  ['a name that is null', { kind: 'interval', everySeconds: 5, name: null }, '/name'],
];

describe('a job with', () => {
  it.each(JOB)('%s is refused, with the field, and nothing is stored', async (_name, body, field) => {
    await expectRefused('POST', '/api/v2/jobs', body, field);
  });

  it.each(JOB.filter(([, body]) => 'name' in body && 'jobClass' in body))(
    '%s is no replacement either, nor a change',
    async (_name, body, field) => {
      await expectRefused('PUT', `/api/v2/jobs/${jobId}`, body, field);
      await expectRefused('PATCH', `/api/v2/jobs/${jobId}`, body, field);
    },
  );

  it('a bad trigger is not stored without it', async () => {
    const triggers = [
      { kind: 'interval', everySeconds: 5 },
      { kind: 'cron', expression: '61 * * * *' },
    ];
    await expectRefused(
      'POST',
      '/api/v2/jobs',
      { name: 'a', jobClass: 'noop', tags: ['new'], triggers },
      '/triggers/1/expression',
    );
  });
});

describe('a trigger with', () => {
  it.each(TRIGGER)('%s is refused, with the field, and nothing is stored', async (_name, body, field) => {
    await expectRefused('POST', `/api/v2/jobs/${jobId}/triggers`, body, field);
    await expectRefused('PUT', `/api/v2/jobs/${jobId}/triggers/${triggerId}`, body, field);
  });

  it.each<[string, object, string]>([
    ['another kind without its fields', { kind: 'interval' }, '/everySeconds'],
    ['a field of another kind', { at: '2030-01-01T00:00:00Z' }, '/at'],
    ['an expression that is null', { expression: null }, '/expression'],
    ['an end in the past', { endAt: '2001-01-01T00:00:00Z' }, '/expression'],
  ])('%s is no change that is made', async (_name, body, field) => {
    await expectRefused('PATCH', `/api/v2/jobs/${jobId}/triggers/${triggerId}`, body, field);
  });
});

describe('other requests', () => {
  it.each<[string, object, string]>([
    ['args that are no list', { args: 'x' }, '/args'],
    ['an unknown field', { argz: [] }, '/argz'],
    ['parameters that are null', { parameters: null }, '/parameters'],
    ['a time without an offset', { runAt: '2030-01-01' }, '/runAt'],
  ])('to run now with %s are refused', async (_name, body, field) => {
    await expectRefused('POST', `/api/v2/jobs/${jobId}/run`, body, field);
  });

  it.each<[string, object, string]>([
    ['an unknown zone', { kind: 'cron', expression: '* * * * *', timeZone: 'X/Y' }, '/timeZone'],
    ['too many instants', { kind: 'cron', expression: '* * * * *', count: 1001 }, '/count'],
  ])('to preview %s are refused', async (_name, body, field) => {
    await expectRefused('POST', '/api/v2/schedules/preview', body, field);
  });

  it.each([
    ['/api/v2/jobs?limit=0', '?limit'],
    ['/api/v2/jobs?limit=201', '?limit'],
    ['/api/v2/jobs?cursor=nonsense', '?cursor'],
    ['/api/v2/jobs?paused=maybe', '?paused'],
    ['/api/v2/jobs?color=red', '?color'],
    ['/api/v2/executions?state=running,sleeping', '?state'],
    ['/api/v2/executions?jobId=7', '?jobId'],
    ['/api/v2/executions?from=yesterday', '?from'],
    ['/api/v2/executions?cursor=WzFd', '?cursor'],
  ])('of %s name the parameter', async (path, field) => {
    const answer = await native.call('GET', path);
    expect(answer.status).toBe(400);
    expect((answer.body['errors'] as { field: string }[]).map((error) => error.field)).toContain(field);
  });

  it('of unknown things are not found, whatever they are', async () => {
    const nobody = '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e';
    for (const [method, path, body] of [
      ['GET', `/api/v2/jobs/${nobody}`],
      ['PATCH', `/api/v2/jobs/${nobody}`, {}],
      ['PUT', `/api/v2/jobs/${nobody}`, { name: 'x', jobClass: 'noop' }],
      ['DELETE', `/api/v2/jobs/${nobody}`],
      ['POST', `/api/v2/jobs/${nobody}/pause`],
      ['POST', `/api/v2/jobs/${nobody}/resume`],
      ['POST', `/api/v2/jobs/${nobody}/run`, {}],
      ['GET', `/api/v2/jobs/${nobody}/triggers`],
      ['POST', `/api/v2/jobs/${nobody}/triggers`, { kind: 'interval', everySeconds: 5 }],
      ['GET', `/api/v2/jobs/${jobId}/triggers/${nobody}`],
      ['PATCH', `/api/v2/jobs/${jobId}/triggers/${nobody}`, {}],
      ['DELETE', `/api/v2/jobs/${nobody}/triggers/${triggerId}`],
      ['GET', '/api/v2/executions/not-an-id'],
      ['GET', `/api/v2/executions/${nobody}/logs`],
      ['POST', `/api/v2/executions/${nobody}/cancel`],
      ['POST', `/api/v2/executions/${nobody}/force-cancel`],
      ['POST', `/api/v2/executions/${nobody}/retry`],
      ['GET', '/api/v2/job-classes/no.such.Class'],
    ] as const) {
      const answer = await native.call(method, path, body === undefined ? {} : { body });
      expect([method, path, answer.status, answer.body['code']]).toEqual([method, path, 404, 'not_found']);
    }
  });
});
