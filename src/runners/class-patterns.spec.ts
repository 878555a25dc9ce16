import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forbidsAllUserClasses, matchingPattern } from './class-patterns.js';

describe('matchingPattern', () => {
  it.each([
    ['shell', 'shell', true],
    ['shell', 'Shell', true],
    ['shell', 'shellx', false],
    ['shell', 'my.shell', false],
    ['reports.*', 'reports.daily.DailyReport', true],
    ['reports.*', 'Reports.daily.DailyReport', true],
    ['reports.*', 'reports', false],
    ['reports.*', 'reportsx.daily', false],
    ['*.DailyReport', 'reports.daily.DailyReport', true],
    ['reports.*.Daily*', 'reports.daily.DailyReport', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['user:*', 'reports.daily.DailyReport', true],
    ['user:*', 'shell', false],
    ['user:*', 'http', false],
    ['user:reports.*', 'reports.daily', true],
    ['user:reports.*', 'other.daily', false],
    ['*', 'shell', true],
    ['*', 'a.b', true],
    ['http', 'https', false],
    ['shell', 'chaosmonkey.run_script.RunScript', true],
    ['http', 'chaosmonkey.run_script.RunScript', false],
    ['HTTP', 'chaosmonkey.api_request.ApiRequest', true],
    ['user:*', 'chaosmonkey.run_script.RunScript', false],
    ['user:*', 'simple_scheduler.jobs.shell_job.ShellJob', false],
    ['shell', 'simple_scheduler.jobs.shell_job.ShellJob', true],
    ['chaosmonkey.*', 'chaosmonkey.api_request.ApiRequest', true],
  ])('%s names %s: %s', (pattern, jobClass, expected) => {
    expect(matchingPattern([pattern], jobClass)).toBe(expected ? pattern : null);
  });

  it('answers the first pattern that fits', () => {
    expect(matchingPattern(['http', 'user:*', 'a.*'], 'a.b')).toBe('user:*');
    expect(matchingPattern([], 'shell')).toBeNull();
  });

  it('agrees with a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 10 });
    fc.assert(
      fc.property(text, name, (pattern, jobClass) => {
        const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(matchingPattern([pattern], jobClass) !== null).toBe(expression.test(jobClass));
      }),
    );
  });
});

describe('forbidsAllUserClasses', () => {
  it('is true for the patterns that name every user class', () => {
    expect(['*', 'user:*', 'USER:**'].map((pattern) => forbidsAllUserClasses([pattern]))).toEqual([true, true, true]);
    expect(forbidsAllUserClasses(['shell', 'reports.*', 'user:a*'])).toBe(false);
  });
});
