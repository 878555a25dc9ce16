import { describe, expect, it } from 'vitest';
import { parseAnswer } from './child-answer.js';
import type { ChildAnswer } from './child-protocol.js';

describe('an answer of a child', () => {
  it.each<ChildAnswer>([
    { kind: 'output', run: 1, stream: 'log', text: 'x' },
    { kind: 'progress', run: 1, percent: 5, message: null },
    { kind: 'end', run: 1, resultJson: '{"a":1}', error: null, isClean: true },
    { kind: 'end', run: 1, resultJson: 'null', error: { type: 'exception', message: 'm', stack: 's' }, isClean: false },
  ])('is read as it was written: %j', (answer) => {
    expect(parseAnswer(JSON.stringify(answer))).toEqual(answer);
  });

  it.each([
    'no JSON',
    'null',
    '1',
    '[]',
    '{"kind":"end"}',
    '{"kind":"other","run":1}',
    '{"kind":"output","run":1,"stream":"log","text":1}',
    '{"kind":"output","run":1,"stream":"elsewhere","text":"x"}',
    '{"kind":"end","run":1,"resultJson":"{","error":null,"isClean":true}',
    '{"kind":"end","run":1,"resultJson":{},"error":null,"isClean":true}',
    JSON.stringify({ kind: 'end', run: 1, resultJson: `"${'x'.repeat(1024 * 1024)}"`, error: null, isClean: true }),
  ])('is none of ours: %.60s', (line) => {
    expect(parseAnswer(line)).toBeNull();
  });
});
