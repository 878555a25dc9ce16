/** A group of rows in an order of groups, and how many it has. */
export interface Group<Member> {
  readonly members: readonly Member[];
  readonly count: number;
}

/** The part of a slice that lies in one group. */
export interface GroupSlice<Member> {
  readonly members: readonly Member[];
  readonly offset: number;
  readonly limit: number;
}

/** The parts of the slice `[offset, offset + limit)` of groups that follow each other; groups of which it has nothing are left out. */
export function groupSlices<Member>(
  groups: readonly Group<Member>[],
  offset: number,
  limit: number,
): GroupSlice<Member>[] {
  const slices: GroupSlice<Member>[] = [];
  let begin = 0;
  for (const { members, count } of groups) {
    const from = Math.max(offset, begin);
    const to = Math.min(offset + limit, begin + count);
    if (from < to) slices.push({ members, offset: from - begin, limit: to - from });
    begin += count;
  }
  return slices;
}
