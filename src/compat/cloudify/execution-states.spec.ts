import { describe, expect, it } from 'vitest';
import { EXECUTION_STATES } from '../../executions/execution.state.js';
import { mayBecome, mayStop, statesOf, STATUSES, STATUS_OF, type Status } from './execution-states.js';

const ENDS: Status[] = ['terminated', 'failed', 'cancelled'];
const FROM_CANCELLING: Status[] = ['cancelled', 'failed', 'queued', 'scheduled'];

describe('states', () => {
  it('have a name each, and every name but that of a killed run comes back', () => {
    for (const state of EXECUTION_STATES) expect(statesOf(STATUS_OF[state])).toContain(state);
    expect(statesOf('kill_cancelling')).toEqual(['force_cancelling']);
  });
});

// contract A5
describe('PATCH', () => {
  it.each(STATUSES.flatMap((from) => STATUSES.map((to) => [from, to] as const)))('%s to %s', (from, to) => {
    const legal =
      from === to ||
      (!ENDS.includes(from) &&
        (from === 'cancelling' || from === 'force_cancelling' ? FROM_CANCELLING.includes(to) : true));
    expect(mayBecome(from, to)).toBe(legal);
  });
});

// contract A3, the table of actions
describe('stops', () => {
  const OPEN: Status[] = ['pending', 'started', 'scheduled', 'queued'];
  it.each(STATUSES)('of what is %s', (from) => {
    const isOpen = OPEN.includes(from);
    expect([mayStop(from, 'cancel'), mayStop(from, 'force-cancel'), mayStop(from, 'kill')]).toEqual([
      isOpen,
      isOpen || from === 'cancelling',
      isOpen || from === 'cancelling' || from === 'force_cancelling',
    ]);
  });
});
