import { describe, expect, it } from 'vitest';
import { toldSchedule } from './told-schedule.js';

const cron = (expression: string) => ({ id: expression, spec: { expression } });
const rest = { month: '*', day: '*', week: '*', day_of_week: '*', hour: '*', minute: '0' };

describe('toldSchedule', () => {
  it('takes the oldest trigger in fields before any expression', () => {
    const told = toldSchedule([
      cron('* * * * *'),
      { id: 'a', spec: { fields: { hour: '3' } } },
      { id: 'b', spec: { fields: { hour: '4' } } },
    ]);
    expect(told).toEqual({ triggerId: 'a', fields: { ...rest, hour: '3' } });
  });

  it.each<[string, object]>([
    ['*/5 8-18 * * mon-fri', { minute: '*/5', hour: '8-18', day_of_week: 'mon-fri' }],
    ['0 3 1 jan ?', { hour: '3', day: '1', month: 'jan' }],
    ['0 0 * * 0', { hour: '0', day_of_week: 'sun' }],
    ['0 0 * * 1-5', { hour: '0', day_of_week: 'mon-fri' }],
    ['@daily', { hour: '0' }],
  ])('tells %s', (expression, fields) => {
    expect(toldSchedule([cron(expression)])?.fields).toEqual({ ...rest, ...fields });
  });

  it.each([
    '0 0 1 * mon',
    '0 0 LW * *',
    '0 0 * * 0-2',
    '0 0 * * mon#2',
    '30 0 0 * * *',
    '0 0 * jan-jun/2 *',
    '0 0 * * */2',
  ])('cannot tell %s', (expression) => {
    expect(toldSchedule([cron(expression)])).toBeNull();
  });

  it('cannot tell an interval', () => {
    expect(toldSchedule([{ id: 'a', spec: { everyMs: 1000, anchorAt: '2026-01-01T00:00:00Z' } }])).toBeNull();
  });
});
