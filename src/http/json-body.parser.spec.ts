import { describe, expect, it } from 'vitest';
import { parseJsonBody } from './json-body.parser.js';
import { MAX_DEPTH } from './storable.js';

const parse = (text: string): unknown => parseJsonBody(Buffer.from(text));
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('parseJsonBody', () => {
  it('reads JSON, with a byte order mark too', () => {
    expect(parse('\uFEFF{"a":[1,"ü",null]}')).toEqual({ a: [1, 'ü', null] });
  });

  it.each(['', '  \n'])('takes an empty body (%j) for none', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  it.each([
    ['{"a":x}', "Unexpected token 'x' at line 1, column 6"],
    ['{"a":1', 'at line 1, column 7'],
    ['{\n  "a": 1,\n}', 'at line 3, column 1'],
    ['{"a":1} trailing', 'at line 1, column 9'],
    ['[1,]', 'at line 1, column 4'],
    ['{"a":"b\nc"}', 'at line 1, column 8'],
    ["{'a':1}", 'at line 1, column 2'],
    ['nul', 'at line 1, column 4'],
    ['{"a":"b', 'at line 1, column 8'],
    ['NaN', 'at line 1, column 1'],
  ])('names the place of the fault in %j', (text, place) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'malformed_body', message: expect.stringContaining(place) as string }),
    );
  });

  it('does not repeat a secret that stands behind the fault', () => {
    expect(() => parse(`{"a":x,"password":"hunter2${'z'.repeat(100)}"}`)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') as string }),
    );
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseJsonBody(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toThrow(
      expect.objectContaining({ code: 'malformed_body' }),
    );
  });

  it.each([
    ['{"a":{"__proto__":{"x":1}}}', '/a/__proto__', 'reserved_key'],
    ['{"constructor":{"prototype":{}}}', '/constructor', 'reserved_key'],
    ['{"a":["b","\\u0000"]}', '/a/1', 'nul_character'],
    ['{"a/b":{"~":"\\ud800x"}}', '/a~1b/~0', 'lone_surrogate'],
    ['{"a":{"\\u0000":1}}', '/a', 'nul_character'],
    ['{"a":1e999}', '/a', 'number_range'],
    [nested(MAX_DEPTH + 1), '/0/0/0/0', 'too_deep'],
  ])('refuses %s at %s', (text, field, code) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'invalid_input', fields: [expect.objectContaining({ field, code })] }),
    );
  });

  it('lets whole surrogate pairs and the deepest allowed nesting pass', () => {
    expect(parse('"😀"')).toBe('😀');
    expect(JSON.stringify(parse(nested(MAX_DEPTH)))).toBe(nested(MAX_DEPTH));
  });

  it('leaves no prototype changed', () => {
    expect(() => parse('{"__proto__":{"polluted":true}}')).toThrow();
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('survives a megabyte of opening brackets', () => {
    expect(() => parse('['.repeat(1_000_000))).toThrow(expect.objectContaining({ code: 'malformed_body' }));
  });
});
