import { describe, expect, it } from 'vitest';
import { linksOf, offsetOf } from './paging.js';

describe('links', () => {
  it('of a single page are those of the document', () => {
    expect(linksOf({ page: 1, limit: 25 }, 1)).toEqual({ current: 1, first: 1, last: 1, limit: 25, next: 0, total: 1 });
  });

  it('lead on, and to 0 from the last page', () => {
    expect(linksOf({ page: 1, limit: 10 }, 21)).toMatchObject({ last: 3, next: 2 });
    expect(linksOf({ page: 2, limit: 10 }, 21)).toMatchObject({ next: 3, prev: 1 });
    expect(linksOf({ page: 3, limit: 10 }, 21)).toMatchObject({ next: 0, prev: 2 });
    expect(linksOf({ page: 2, limit: 10 }, 20)).toMatchObject({ last: 2, next: 0 });
  });

  it('lead nowhere from page 0 and from behind the end, where the client stops', () => {
    for (const page of [0, 4, 1_000]) expect(linksOf({ page, limit: 10 }, 21)).not.toHaveProperty('next');
    expect(offsetOf({ page: 0, limit: 10 })).toBeNull();
    expect(offsetOf({ page: 2, limit: null })).toBeNull();
  });

  it('say the total as the limit when there is none', () => {
    expect(linksOf({ page: 1, limit: null }, 7)).toEqual({
      current: 1,
      first: 1,
      last: 1,
      limit: 7,
      next: 0,
      total: 7,
    });
  });

  it('of an empty list have no current page', () => {
    expect(linksOf({ page: 1, limit: 25 }, 0)).toEqual({ current: 0, first: 1, last: 1, limit: 25, next: 0, total: 0 });
  });
});
