import { describe, expect, it } from 'vitest';
import { TAG_NAME, tagNamesInLockOrder } from './tag-name.js';

describe('tag names', () => {
  it.each(['a', 'Nightly run', 'größe', '😀', 'x'.repeat(64), 'a:b/c'])('%j is one', (name) =>
    expect(TAG_NAME.test(name)).toBe(true),
  );
  it.each(['', ' ', ' a', 'a ', 'a,b', 'a\nb', 'a\0', 'x'.repeat(65), '\ud800'])('%j is none', (name) =>
    expect(TAG_NAME.test(name)).toBe(false),
  );

  it('are locked in one order, whatever order they come in', () => {
    expect(tagNamesInLockOrder(['b', ' a', 'B', 'a', 'ä'])).toEqual(['B', 'a', 'b', 'ä']);
  });
});
