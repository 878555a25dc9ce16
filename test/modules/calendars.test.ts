import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type Answer, type NativeApp } from '../http/native-app.js';

let native: NativeApp;
beforeAll(async () => {
  native = await startNativeApp();
});
afterAll(() => native.close());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  native.call(method, `/api/v2${path}`, { headers, ...(body !== undefined && { body }) });
const made = async (path: string, body: object): Promise<Record<string, unknown>> => {
  const answer = await call('POST', path, body);
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
};
const aCalendar = async (name: string, entries: object[]): Promise<string> =>
  String((await made('/calendars', { name, entries }))['id']);
/** A job with one trigger; answers the path of the trigger. */
async function aTrigger(trigger: object): Promise<string> {
  const job = await made('/jobs', { name: 'j', jobClass: 'noop' });
  const created = await made(`/jobs/${String(job['id'])}/triggers`, trigger);
  return `/jobs/${String(job['id'])}/triggers/${String(created['id'])}`;
}
const noon = { kind: 'cron', expression: '0 12 * * *', startAt: '2030-01-01T00:00:00Z' };
const nextOf = async (path: string) => (await call('GET', path)).body['nextFireAt'];

describe('a calendar', () => {
  it('is stored, read, listed, replaced, changed and deleted, at the version that the client has seen', async () => {
    const entries = [{ yearly: '12-25' }, { from: '2026-12-28', to: '2026-12-31' }, { cron: '* 22,23 * * *' }];
    const answer = await call('POST', '/calendars', { name: 'crud', entries, timeZone: 'Europe/Berlin' });
    expect(answer.body).toMatchObject({
      name: 'crud',
      entries,
      timeZone: 'Europe/Berlin',
      description: '',
      version: 1,
    });
    const path = `/calendars/${String(answer.body['id'])}`;
    expect(answer.headers.get('location')).toBe(`/api/v2${path}`);
    expect((await call('GET', path)).body).toEqual(answer.body);
    expect((await call('GET', '/calendars')).body['items']).toContainEqual(answer.body);
    expect((await call('PATCH', path, { name: 'x' }, { 'if-match': '"7"' })).status).toBe(412);
    const changed = await call('PATCH', path, { description: 'd' }, { 'if-match': '"1"' });
    expect(changed.body).toMatchObject({ entries, description: 'd', version: 2 });
    expect(changed.headers.get('etag')).toBe('"2"');
    expect((await call('PUT', path, { name: 'crud' })).body).toMatchObject({
      entries: [],
      timeZone: 'UTC',
      version: 3,
    });
    expect((await call('POST', '/calendars', { name: 'crud' })).body).toMatchObject({ status: 409, code: 'conflict' });
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
    const events = await native.sql<{ event: string }>(
      'SELECT event FROM audit_log WHERE subject_id = $1 ORDER BY id',
      [answer.body['id']],
    );
    expect(events.map((row) => row.event)).toEqual([
      'calendar.created',
      'calendar.updated',
      'calendar.updated',
      'calendar.deleted',
    ]);
  });

  it.each<[object, string]>([
    [{ entries: [{ date: '2026-02-30' }] }, '/entries/0/date'],
    [{ entries: [{ date: 5 }] }, '/entries/0/date'],
    [{ entries: [{}] }, '/entries/0'],
    [{ entries: [{ cron: 'x' }] }, '/entries/0/cron'],
    [{ entries: [{ rrule: 'RRULE:FREQ=DAILY' }] }, '/entries/0/rrule'],
    [{ timeZone: 'Mars/Base' }, '/timeZone'],
    [{ name: ' x' }, '/name'],
  ])('with %j is refused at %s', async (over, field) => {
    const answer = await call('POST', '/calendars', { name: 'bad', ...over });
    expect([answer.status, (answer.body['errors'] as { field: string }[])[0]?.field]).toEqual([400, field]);
  });

  it('keeps its triggers from its days, and moves them when it changes', async () => {
    const id = await aCalendar('holidays', [{ date: '2030-01-01' }]);
    const path = await aTrigger({ ...noon, excludeCalendars: ['holidays'] });
    expect(await nextOf(path)).toBe('2030-01-02T12:00:00.000Z');
    const changed = await call('PATCH', `/calendars/${id}`, {
      entries: [{ from: '2030-01-01', to: '2030-01-05' }],
      name: 'off',
    });
    expect(changed.status, changed.text).toBe(200);
    const trigger = (await call('GET', path)).body;
    expect(trigger).toMatchObject({ nextFireAt: '2030-01-06T12:00:00.000Z', excludeCalendars: ['off'], version: 2 });
    const shown = await call('GET', `${path}/preview?count=3&after=2030-01-04T00:00:00Z&showExcluded=true`);
    const instants = shown.body['instants'] as { local: string; excludedBy: string | null }[];
    expect(instants.map(({ local, excludedBy }) => [local.slice(0, 10), excludedBy])).toEqual([
      ['2030-01-04', 'off'],
      ['2030-01-05', 'off'],
      ['2030-01-06', null],
    ]);
    const refused = await call('DELETE', `/calendars/${id}`);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain(String(trigger['id']));
    expect((await call('PATCH', path, { excludeCalendars: [] })).body['nextFireAt']).toBe('2030-01-01T12:00:00.000Z');
    expect((await call('DELETE', `/calendars/${id}`)).status).toBe(204);
  });

  it('limits its triggers to its days; what it leaves nothing of is refused, and unknown ones too', async () => {
    await aCalendar('leap days', [{ yearly: '02-29' }]);
    await aCalendar('never', []);
    const path = await aTrigger({ ...noon, onlyCalendars: ['leap days'] });
    expect(await nextOf(path)).toBe('2032-02-29T12:00:00.000Z');
    const patch = async (body: object) => (await call('PATCH', path, body)).body;
    expect(await patch({ onlyCalendars: ['never'] })).toMatchObject({ status: 400, code: 'never_fires' });
    expect(await patch({ excludeCalendars: ['nobody'] })).toMatchObject({
      status: 400,
      errors: [{ field: '/excludeCalendars', code: 'unknown_calendar' }],
    });
    const preview = await call('POST', '/schedules/preview', { ...noon, onlyCalendars: ['leap days'], count: 2 });
    expect((preview.body['instants'] as { at: string }[]).map(({ at }) => at.slice(0, 10))).toEqual([
      '2032-02-29',
      '2036-02-29',
    ]);
  });

  it('moves more triggers than fit a batch, and not those that are paused', async () => {
    const id = await aCalendar('many', []);
    const path = await aTrigger({ ...noon, excludeCalendars: ['many'] });
    const paused = await aTrigger({ ...noon, excludeCalendars: ['many'], paused: true });
    const triggerId = path.split('/').at(-1);
    await native.sql(
      `INSERT INTO triggers (id, tenant_id, job_id, kind, spec, start_at, exclude_calendars, next_fire_at, created_by)
       SELECT gen_random_uuid(), tenant_id, job_id, kind, spec, start_at, exclude_calendars, next_fire_at, created_by
         FROM triggers, generate_series(1, 1500) WHERE id = $1`,
      [triggerId],
    );
    await call('PATCH', `/calendars/${id}`, { entries: [{ date: '2030-01-01' }] });
    const rows = await native.sql(
      `SELECT next_fire_at AS next, count(*)::int AS n FROM triggers WHERE exclude_calendars = '{many}' GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { next: new Date('2030-01-02T12:00:00Z'), n: 1501 },
      { next: null, n: 1 },
    ]);
    expect((await call('POST', `${paused}/resume`)).body['nextFireAt']).toBe('2030-01-02T12:00:00.000Z');
  });

  it('keeps what is overdue, as far as it lets it', async () => {
    const id = await aCalendar('overdue', []);
    const path = await aTrigger({ kind: 'cron', expression: '0 12 * * *', excludeCalendars: ['overdue'] });
    await native.sql(`UPDATE triggers SET next_fire_at = '2026-01-01T12:00:00Z' WHERE id = $1`, [
      path.split('/').at(-1),
    ]);
    await call('PATCH', `/calendars/${id}`, { entries: [{ from: '2025-12-31', to: '2026-01-02' }] });
    expect(await nextOf(path)).toBe('2026-01-03T12:00:00.000Z');
  });

  it('is not deleted under a trigger that is being made, nor the other way round', async () => {
    for (let round = 0; round < 20; round++) {
      const id = await aCalendar(`race ${round}`, []);
      const job = String((await made('/jobs', { name: 'j', jobClass: 'noop' }))['id']);
      const [trigger, deletion] = await Promise.all([
        call('POST', `/jobs/${job}/triggers`, { ...noon, excludeCalendars: [`race ${round}`] }),
        call('DELETE', `/calendars/${id}`),
      ]);
      expect([
        [201, 409],
        [400, 204],
      ]).toContainEqual([trigger.status, deletion.status]);
    }
  });
});

describe('an rrule trigger', () => {
  const rrule =
    'DTSTART;TZID=Europe/Berlin:20300105T090000\nRRULE:FREQ=MONTHLY;BYDAY=SA;BYSETPOS=1\nEXDATE:20300202T090000';

  it('is stored as it was given, takes its zone from the text, and fires by it', async () => {
    const path = await aTrigger({ kind: 'rrule', rrule });
    const trigger = (await call('GET', path)).body;
    expect(trigger).toMatchObject({
      kind: 'rrule',
      rrule,
      timeZone: 'Europe/Berlin',
      nextFireAt: '2030-01-05T08:00:00.000Z',
    });
    const shown = await call('GET', `${path}/preview?count=3`);
    expect((shown.body['instants'] as { local: string }[]).map(({ local }) => local)).toEqual([
      '2030-01-05T09:00:00+01:00',
      '2030-03-02T09:00:00+01:00',
      '2030-04-06T09:00:00+02:00',
    ]);
  });

  it.each<[string, string, RegExp]>([
    ['RRULE:FREQ=DAILY', 'invalid_input', /no DTSTART/],
    ['DTSTART:20300101T000000', 'invalid_input', /neither an RRULE nor an RDATE/],
    ['DTSTART:20300101T000000\nRRULE:FREQ=DAILY;BYHOUR=24', 'invalid_input', /BYHOUR=24.*0 to 23/],
    ['DTSTART:20300101T000000\nRRULE:FREQ=HOURLY;COUNT=1000000', 'invalid_input', /COUNT=1000000.*1 to 10000/],
    ['DTSTART:20300101T000000\nRRULE:FREQ=MONTHLY;BYWEEKNO=3', 'invalid_input', /BYWEEKNO/],
    ['DTSTART:20300231T000000\nRRULE:FREQ=DAILY', 'invalid_input', /20300231T000000/],
    ['DTSTART:20300101T000000\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'never_fires', /never fires/],
    ['DTSTART:20300101T000000\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30', 'never_fires', /never fires/],
    ['DTSTART:20000101T000000\nRRULE:FREQ=DAILY;COUNT=3', 'never_fires', /never fires/],
  ])('%j is refused as %s', async (text, code, says) => {
    const answer = await call('POST', '/jobs', {
      name: 'j',
      jobClass: 'noop',
      triggers: [{ kind: 'rrule', rrule: text }],
    });
    expect(answer.body).toMatchObject({ status: 400, code, errors: [{ field: '/triggers/0/rrule' }] });
    expect(answer.text).toMatch(says);
  });

  it('that names another zone than its field is refused', async () => {
    const answer = await call('POST', '/schedules/preview', { kind: 'rrule', rrule, timeZone: 'Asia/Tokyo' });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ field: '/rrule', code: 'two_zones' }] });
  });
});
