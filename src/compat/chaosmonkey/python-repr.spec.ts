import { describe, expect, it } from 'vitest';
import { pythonRepr } from './python-repr.js';

// Expected values as python3 prints them: python3 -c 'import json,sys; print(repr(json.loads(sys.argv[1])))' '…'
describe('pythonRepr', () => {
  it.each([
    ['null', 'None'],
    ['true', 'True'],
    ['false', 'False'],
    ['5', '5'],
    ['-0.5', '-0.5'],
    ['1e-7', '1e-07'],
    ['1e25', '1e+25'],
    ['[]', '[]'],
    ['{}', '{}'],
    ['"str"', "'str'"],
    ['"it\'s"', '"it\'s"'],
    ['"it\'s \\"so\\""', "'it\\'s \"so\"'"],
    ['"a\\\\b\\n\\t\\r"', "'a\\\\b\\n\\t\\r'"],
    ['"\\u0000\\u007f\\u00a0ä€😀\\u200b\\u2028"', "'\\x00\\x7f\\xa0ä€😀\\u200b\\u2028'"],
    ['{"a": [1, null, {"b": "c"}]}', "{'a': [1, None, {'b': 'c'}]}"],
  ])('%s is %s', (json, repr) => expect(pythonRepr(JSON.parse(json))).toBe(repr));

  it('does not send a megabyte back', () => expect(pythonRepr('x'.repeat(1_000_000)).length).toBeLessThan(600));
});
