import { describe, expect, it } from 'vitest';
import { membersOf } from './kill-tree.js';

const entry = (pid: number, parentPid: number, groupId = pid, sessionId = groupId) => ({
  pid,
  parentPid,
  groupId,
  sessionId,
});
const nobody = (): boolean => false;

describe('the processes of a run', () => {
  it('are its group and its session', () => {
    const entries = [entry(10, 1), entry(11, 1, 10), entry(12, 1, 12, 10), entry(13, 1)];
    expect(membersOf(entries, { leaderPid: 10, environment: [] }, nobody)).toEqual([10, 11, 12]);
  });

  it('are descendants that left both, in whatever order they are listed', () => {
    const entries = [entry(5, 30), entry(30, 20), entry(20, 10), entry(10, 1), entry(40, 1)];
    expect(membersOf(entries, { leaderPid: 10, environment: [] }, nobody)).toEqual([10, 20, 30, 5]);
  });

  it('are marked processes anywhere, and what they started', () => {
    const entries = [entry(50, 1), entry(51, 50), entry(60, 1)];
    expect(membersOf(entries, { leaderPid: null, environment: ['A=b'] }, (pid) => pid === 50)).toEqual([50, 51]);
  });

  it('are never this process', () => {
    const entries = [entry(process.pid, 1, 10)];
    expect(membersOf(entries, { leaderPid: 10, environment: [] }, () => true)).toEqual([]);
  });
});
