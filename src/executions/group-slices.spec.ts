import { describe, expect, it } from 'vitest';
import { groupSlices } from './group-slices.js';

const GROUPS = [
  { members: ['a'], count: 3 },
  { members: ['b', 'c'], count: 0 },
  { members: ['d'], count: 5 },
];

describe('groupSlices', () => {
  it.each([
    [0, 2, [{ members: ['a'], offset: 0, limit: 2 }]],
    [
      1,
      5,
      [
        { members: ['a'], offset: 1, limit: 2 },
        { members: ['d'], offset: 0, limit: 3 },
      ],
    ],
    [3, 1, [{ members: ['d'], offset: 0, limit: 1 }]],
    [7, 25, [{ members: ['d'], offset: 4, limit: 1 }]],
    [8, 25, []],
    [0, 0, []],
  ])('from %i on, %i rows', (offset, limit, slices) => {
    expect(groupSlices(GROUPS, offset, limit)).toEqual(slices);
  });

  it('gives every row once, page by page', () => {
    const rows = [0, 3, 6].flatMap((offset) =>
      groupSlices(GROUPS, offset, 3).flatMap((slice) =>
        Array.from({ length: slice.limit }, (_, i) => `${slice.members.join('')}${slice.offset + i}`),
      ),
    );
    expect(rows).toEqual(['a0', 'a1', 'a2', 'd0', 'd1', 'd2', 'd3', 'd4']);
  });
});
