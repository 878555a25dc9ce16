import { describe, expect, it } from 'vitest';
import { reprOf, setOf, typeNameOf } from './python-repr.js';

describe('values as Python prints them', () => {
  it.each([
    ['tag', `'tag'`],
    [`it's`, `"it's"`],
    [`"both" it's`, `'"both" it\\'s'`],
    ['a\\b\n\t\u0001', `'a\\\\b\\n\\t\\x01'`],
    ['größe 😀', `'größe 😀'`],
    ['\u2028', `'\\u2028'`],
  ])('%j is %s', (text, printed) => expect(reprOf(text)).toBe(printed));

  it('has sets sorted', () => expect(setOf([`'b'`, `'a'`])).toBe(`{'a', 'b'}`));

  it('names the type of every JSON value', () => {
    expect([null, [], {}, 'x', 1, 1.5, true].map(typeNameOf)).toEqual([
      ...['NoneType', 'list', 'dict', 'str', 'int', 'float', 'bool'],
    ]);
  });
});
