import { describe, expect, it } from 'vitest';
import { requestIdOf } from './request-id.js';

describe('requestIdOf', () => {
  it.each(['abc-123', 'trace:1/2', 'A'.repeat(128)])('keeps %s', (id) => {
    expect(requestIdOf({ headers: { 'x-request-id': id } })).toBe(id);
  });

  it.each([undefined, '', 'a b', 'a\tb', 'A'.repeat(129), 'ä', '<script>'])('makes a new one instead of %j', (id) => {
    expect(requestIdOf({ headers: id === undefined ? {} : { 'x-request-id': id } })).toMatch(/^[0-9a-f-]{36}$/);
  });
});
