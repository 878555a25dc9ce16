import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, type CursorPart } from './cursor.js';

const KEY = ['2026-11-22T08:00:00.123456Z', '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e', 42, 'näme'];
const SHAPE: CursorPart[] = ['iso', 'uuid', 'int', 'text'];

describe('cursors', () => {
  it('give back the sort key, microseconds included', () => {
    expect(decodeCursor(encodeCursor(KEY), SHAPE)).toEqual(KEY);
  });

  it('are made of characters that need no escape in a query', () => {
    expect(encodeCursor(['ÿ?&=+/', '>>>'])).toMatch(/^[\w-]+$/);
  });

  it('carry integers beyond 2^53 as text', () => {
    expect(decodeCursor(encodeCursor(['900719925474099301']), ['int'])).toEqual(['900719925474099301']);
  });

  const made = encodeCursor(KEY);
  it.each<[string, string, CursorPart[]]>([
    ['an empty text', '', SHAPE],
    ['no base64url', 'a b', SHAPE],
    ['no JSON', 'abcd', SHAPE],
    ['a cut cursor', made.slice(0, -3), SHAPE],
    ['a cursor of another list', encodeCursor(['x']), SHAPE],
    ['too many parts', encodeCursor([...KEY, 1]), SHAPE],
    ['no list', Buffer.from('{"length":1}').toString('base64url'), ['int']],
    ['an instant that is none', encodeCursor(['2026-13-22T08:00:00Z']), ['iso']],
    ['an instant with an offset', encodeCursor(['2026-01-22T08:00:00+01:00']), ['iso']],
    ['an upper-case id', encodeCursor(['0198F2C0-5f1c-7d2e-9c1a-3b5d7f9a1c2e']), ['uuid']],
    ['SQL in an id', encodeCursor(["' OR 1=1 --"]), ['uuid']],
    ['a fraction', encodeCursor([1.5]), ['int']],
    ['an integer that no bigint holds', encodeCursor(['9999999999999999999']), ['int']],
    ['U+0000', encodeCursor(['a\0']), ['text']],
    ['a very long one', encodeCursor(['x'.repeat(2000)]), ['text']],
  ])('refuse %s', (_what, text, shape) => {
    expect(() => decodeCursor(text, shape)).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        fields: [expect.objectContaining({ field: '?cursor', code: 'cursor' })],
      }),
    );
  });
});
