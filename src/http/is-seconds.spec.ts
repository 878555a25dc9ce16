import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { IsSeconds } from './is-seconds.js';

class Pause {
  @IsSeconds() seconds: unknown;
}

function faultOf(seconds: unknown): string | undefined {
  const [error] = validateSync(Object.assign(new Pause(), { seconds }));
  return error?.constraints?.['isNumber'];
}

describe('seconds', () => {
  it.each([0, 1, 0.1, 0.001, 1.005, 315_360_000.999, 1e21, -0.5])('may be %d', (seconds) => {
    expect(faultOf(seconds)).toBeUndefined();
  });

  it.each([0.0001, 1e-7, 1e-320, 1.0005, NaN, Infinity, '1', null, [1]])('may not be %j', (seconds) => {
    expect(faultOf(seconds)).toBe('seconds must be a number with at most three decimal places');
  });
});
