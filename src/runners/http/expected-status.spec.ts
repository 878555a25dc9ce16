import { describe, expect, it } from 'vitest';
import { expectedStatus } from './expected-status.js';

describe('expected statuses', () => {
  it('are 200 to 299 when nothing is said', () => {
    const expected = expectedStatus(undefined);
    expect([199, 200, 299, 300].map((status) => expected.includes(status))).toEqual([false, true, true, false]);
  });

  it('are numbers and ranges', () => {
    const expected = expectedStatus([204, '301', '400-404']);
    expect([204, 301, 400, 404].every((status) => expected.includes(status))).toBe(true);
    expect([200, 205, 399, 405].some((status) => expected.includes(status))).toBe(false);
    expect(expectedStatus('500').includes(500)).toBe(true);
  });

  it.each([[[]], ['2xx'], [99], ['300-200'], [{}], [['200', null]]])('refuses %j', (value) => {
    expect(() => expectedStatus(value)).toThrow('expectedStatus');
  });
});
