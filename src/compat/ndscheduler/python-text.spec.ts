import { describe, expect, it } from 'vitest';
import { dumpJson, pythonRepr, pythonTime } from './python-text.js';

// Each expected text was printed by Python 3: json.dumps(value, indent=4, sort_keys=True), repr(value).
describe('dumpJson', () => {
  it.each<[unknown, string]>([
    [null, 'null'],
    [[], '[]'],
    [{}, '{}'],
    [
      { b: [1, {}], a: { y: true, x: null } },
      '{\n    "a": {\n        "x": null,\n        "y": true\n    },\n    "b": [\n        1,\n        {}\n    ]\n}',
    ],
    ['é\u007f\u2028😀"\\/\n', '"\\u00e9\\u007f\\u2028\\ud83d\\ude00\\"\\\\/\\n"'],
    [{ '😀': 1, '\uffff': 2 }, '{\n    "\\uffff": 2,\n    "\\ud83d\\ude00": 1\n}'],
    [1.5, '1.5'],
    [-0.0001, '-0.0001'],
    [0.00001, '1e-05'],
    [1.25e-7, '1.25e-07'],
    [1e22, '1e+22'],
    [12345.678, '12345.678'],
    [9007199254740991, '9007199254740991'],
    [1e16 + 0.5, '10000000000000000'],
  ])('%j', (value, expected) => {
    expect(dumpJson(value)).toBe(expected);
  });
});

describe('pythonRepr', () => {
  it.each<[unknown, string]>([
    [['arg1', 2, null, true, false, { k: 1.5 }], "['arg1', 2, None, True, False, {'k': 1.5}]"],
    ["it's", '"it\'s"'],
    ['both \' and "', "'both \\' and \"'"],
    ['a\\b\n', "'a\\\\b\\n'"],
  ])('%j', (value, expected) => {
    expect(pythonRepr(value)).toBe(expected);
  });
});

it('pythonTime has microseconds only where there are any', () => {
  expect(pythonTime(new Date('2026-11-21T22:55:00Z'))).toBe('2026-11-21T22:55:00+00:00');
  expect(pythonTime(new Date('2026-11-21T22:55:00.120Z'))).toBe('2026-11-21T22:55:00.120000+00:00');
});
