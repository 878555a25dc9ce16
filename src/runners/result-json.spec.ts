import { describe, expect, it } from 'vitest';
import { boundedError, resultJson } from './result-json.js';
import { MAX_RESULT_BYTES } from './run-outcome.js';

describe('the JSON of a result', () => {
  it('is null for what JSON leaves out', () => {
    expect(resultJson(undefined)).toEqual({ json: 'null', error: null });
    expect(resultJson(() => 1)).toEqual({ json: 'null', error: null });
  });

  it('is refused for what JSON cannot say', () => {
    expect(resultJson(1n).error).toMatchObject({
      type: 'invalid_result',
      message: expect.stringContaining('BigInt') as string,
    });
  });

  it('is bounded', () => {
    expect(resultJson('x'.repeat(MAX_RESULT_BYTES - 2)).error).toBeNull();
    expect(resultJson('x'.repeat(MAX_RESULT_BYTES - 1)).error).toMatchObject({ type: 'invalid_result' });
  });

  it('holds nothing that jsonb refuses, in values and in names', () => {
    const { json } = resultJson({ 'a\0': ['b\0', '\udc00', 'fine 😀 \\u0000'] });
    expect(JSON.parse(json)).toEqual({ 'a\uFFFD': ['b\uFFFD', '\uFFFD', 'fine 😀 \\u0000'] });
  });
});

describe('an error to be stored', () => {
  it('is not endless', () => {
    const error = boundedError({ type: 'exception', message: 'm'.repeat(50_000), stack: `s\0${'s'.repeat(50_000)}` });
    expect(error.message).toHaveLength(10_000);
    expect(error.stack).toHaveLength(20_000);
    expect(error.stack).not.toContain('\0');
  });
});
