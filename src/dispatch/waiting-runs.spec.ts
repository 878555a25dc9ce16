import { describe, expect, it } from 'vitest';
import type { ClaimedRun } from '../executions/work-queue.service.js';
import { WaitingRuns } from './waiting-runs.js';

const runsOf = (tenantId: string, count: number): ClaimedRun[] =>
  Array.from({ length: count }, (_, at) => ({ id: `${tenantId}${at}`, tenantId }) as ClaimedRun);
const idsOf = (runs: readonly ClaimedRun[]): string[] => runs.map(({ id }) => id);

describe('runs that wait for a slot', () => {
  it('come out in the order in which they were claimed', () => {
    const waiting = new WaitingRuns();
    waiting.add(runsOf('a', 3), 0);
    expect(idsOf(waiting.take(2))).toEqual(['a0', 'a1']);
    expect(idsOf(waiting.take(2))).toEqual(['a2']);
    expect(waiting.size).toBe(0);
  });

  it('of a tenant that has just come are next, however many of another wait', () => {
    const waiting = new WaitingRuns();
    waiting.add(runsOf('a', 500), 0);
    waiting.add(runsOf('b', 2), 1);
    expect(idsOf(waiting.take(3))).toEqual(['a0', 'b0', 'a1']);
    expect(idsOf(waiting.take(3))).toEqual(['b1', 'a2', 'a3']);
    expect(waiting.size).toBe(496);
  });

  it('of many tenants take turns beyond one taking', () => {
    const waiting = new WaitingRuns();
    for (const tenant of ['a', 'b', 'c']) waiting.add(runsOf(tenant, 2), 0);
    expect(idsOf([...waiting.take(2), ...waiting.take(2), ...waiting.take(9)])).toEqual([
      'a0',
      'b0',
      'c0',
      'a1',
      'b1',
      'c1',
    ]);
  });

  it('can be taken out by what they are and since when they wait', () => {
    const waiting = new WaitingRuns();
    waiting.add(runsOf('a', 2), 5);
    waiting.add(runsOf('b', 1), 9);
    expect(idsOf(waiting.remove((run, sinceMs) => sinceMs <= 5 && run.id !== 'a1'))).toEqual(['a0']);
    expect(waiting.ids.sort()).toEqual(['a1', 'b0']);
    expect(waiting.size).toBe(2);
  });
});
