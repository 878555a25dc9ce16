import { describe, expect, it } from 'vitest';
import { moduleNameOf, parseClassName } from './class-name.js';

describe('the name of a user class', () => {
  it('is a path and an export', () => {
    expect(parseClassName('reports.daily.DailyReport')).toEqual({ path: 'reports/daily', exportName: 'DailyReport' });
    expect(parseClassName('_a.B1')).toEqual({ path: '_a', exportName: 'B1' });
  });

  it.each([
    '',
    'shell',
    '.a.B',
    'a..B',
    'a.B.',
    '../a.B',
    'a/b.C',
    'a\\b.C',
    'a b.C',
    '1a.B',
    'a.B\n',
    'ä.B',
    `${'a.'.repeat(300)}B`,
  ])('is not %j', (name) => {
    expect(parseClassName(name)).toBeNull();
  });
});

describe('the module of a file', () => {
  it('is its path with dots', () => {
    expect(moduleNameOf('reports/daily.mts')).toBe('reports.daily');
  });

  it.each(['a.d.ts', 'a.test.ts', 'my-job.js', 'a.json', 'b c/a.ts'])('is none for %s', (path) => {
    expect(moduleNameOf(path)).toBeNull();
  });
});
