import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILTER_OPERATORS, parseBraces, parseFilter } from './filter-text.js';

describe('a filter', () => {
  // What the client's `Field` makes (cdrouter.py, tests/test_filters.py), and the rules of the contract, B4.
  it.each([
    ['id.bar.buz=foo', 'id.bar.buz', '=', 'foo'],
    ['id!=foo', 'id', '!=', 'foo'],
    ['id>123', 'id', '>', '123'],
    ['id>=123', 'id', '>=', '123'],
    ['id<true', 'id', '<', 'true'],
    ['id<=false', 'id', '<=', 'false'],
    ['id~foo', 'id', '~', 'foo'],
    ['id!~foo', 'id', '!~', 'foo'],
    ['id~*foo', 'id', '~*', 'foo'],
    ['id!~*foo', 'id', '!~*', 'foo'],
    ['id@>{foo,bar,buz}', 'id', '@>', '{foo,bar,buz}'],
    ['id<@{1,2,3}', 'id', '<@', '{1,2,3}'],
    ['id&&{true}', 'id', '&&', '{true}'],
    ['name~*x', 'name', '~*', 'x'],
    ['name~**', 'name', '~*', '*'],
    ['name=a=b', 'name', '=', 'a=b'],
    ['name==', 'name', '=', '='],
    ['name=>x', 'name', '=', '>x'],
    ['name=', 'name', '=', ''],
    ['name!~*^(foo|bar)$', 'name', '!~*', '^(foo|bar)$'],
    ['name= x\n ', 'name', '=', ' x\n '],
  ])('%j', (text, field, operator, value) => expect(parseFilter(text)).toEqual({ field, operator, value }));

  it.each(['', 'name', '=x', '.name=x', 'name.=x', 'na me=x', 'name&x', 'name!x', 'name@x', '1=1', 'name;=1'])(
    '%j is none',
    (text) => expect(parseFilter(text)).toBeNull(),
  );

  it('keeps any value as it is, unless it makes the operator longer', () => {
    const field = fc.stringMatching(/^[a-z_]{1,8}(\.[a-z_]{1,8})?$/);
    fc.assert(
      fc.property(field, fc.constantFrom(...FILTER_OPERATORS), fc.string(), (name, operator, value) => {
        fc.pre(!/^[*=@>]/.test(value));
        expect(parseFilter(name + operator + value)).toEqual({ field: name, operator, value });
      }),
    );
  });
});

describe('a list in braces', () => {
  it.each([
    ['{}', []],
    ['{a}', ['a']],
    ['{a,b , c}', ['a', 'b', 'c']],
    ['{"a,b","c\\"d"}', ['a,b', 'c"d']],
    ['{a,}', ['a', '']],
    ['{a b}', ['a b']],
  ])('%s', (text, members) => expect(parseBraces(text)).toEqual(members));

  it.each(['', 'a', '{', '{a', 'a}', '{a}b', '{{a}}', '{"a}', '{"a"b}'])('%j is none', (text) =>
    expect(parseBraces(text)).toBeNull(),
  );
});
