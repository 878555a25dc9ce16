import { describe, expect, it } from 'vitest';
import { describeBrokenFile, describeUserClass } from './class-description.js';

describe('the description of a user class', () => {
  it('takes what its author wrote', () => {
    const written = {
      title: 'Report',
      notes: 'Sends it.',
      arguments: [{ name: 'day', type: 'date', description: 'Which day.', required: true }],
      exampleArguments: ['2026-01-01'],
      exampleParameters: { to: 'a' },
    };
    expect(describeUserClass('a.Report', written)).toEqual({
      ...written,
      jobClass: 'a.Report',
      runsCode: true,
      source: 'user',
      parameters: [],
    });
  });

  it('is complete whatever its author wrote', () => {
    for (const written of [
      undefined,
      null,
      'text',
      [],
      { title: 1, notes: {}, arguments: 'x', exampleParameters: [] },
    ]) {
      expect(describeUserClass('a.Report', written)).toEqual({
        jobClass: 'a.Report',
        title: 'Report',
        notes: '',
        runsCode: true,
        source: 'user',
        arguments: [],
        parameters: [],
        exampleArguments: [],
        exampleParameters: {},
      });
    }
    expect(describeUserClass('a.B', { arguments: [3] }).arguments).toEqual([
      { name: 'argument 1', type: 'any JSON value', description: '', required: false },
    ]);
  });

  it('shows why a file cannot be loaded', () => {
    expect(describeBrokenFile('a.b', 'unexpected }')).toMatchObject({ jobClass: 'a.b', notes: 'unexpected }' });
  });
});
