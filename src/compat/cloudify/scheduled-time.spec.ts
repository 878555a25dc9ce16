import { expect, it } from 'vitest';
import { scheduledTime } from './scheduled-time.js';

const NOW = Date.UTC(2026, 10, 22, 8, 0);

it.each([
  ['202611220801+0000', '2026-11-22T08:01:00.000Z'],
  ['202611221000+0130', '2026-11-22T08:30:00.000Z'],
  ['202611220301-0500', '2026-11-22T08:01:00.000Z'],
  ['202802290000+1400', '2028-02-28T10:00:00.000Z'],
])('%s is %s', (text, at) => expect(scheduledTime(text, NOW).toISOString()).toBe(at));

it.each([
  ['202611220800+0000', 'passed'],
  ['202611220900+0130', 'passed'],
  ...['202611220801', '202611220801Z', '202702300000+0000', '202713010000+0000', '202701012400+0000'].map((text) => [
    text,
    'form',
  ]),
  ...['202701010000+1500', '202701010000+0060', '', '2027-01-01T00:00:00Z', ' 202701010000+0000'].map((text) => [
    text,
    'form',
  ]),
])('%j is refused: %s', (text, why) => expect(() => scheduledTime(text, NOW)).toThrow(why));
