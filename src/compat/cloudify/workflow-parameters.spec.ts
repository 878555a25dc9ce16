import { describe, expect, it } from 'vitest';
import { CloudifyRefusal } from './cloudify-refusal.js';
import { faultInSchema, mergedParameters, type WorkflowSchema } from './workflow-parameters.js';

function merged(schema: WorkflowSchema, given: Record<string, unknown>, allowCustom = false): unknown {
  try {
    return mergedParameters('w', schema, given, { allowCustom });
  } catch (error) {
    if (!(error instanceof CloudifyRefusal)) throw error;
    expect(error.errorCode).toBe('illegal_execution_parameters_error');
    return error.message;
  }
}
const one = (declared: WorkflowSchema[string], value: unknown): unknown => merged({ p: declared }, { p: value });

describe('parameters', () => {
  it('that are not declared are listed, unless custom ones are allowed', () => {
    expect(merged({}, { a: 1, b: 2 })).toMatch(/a, b.*custom parameters/);
    expect(merged({}, { a: 1, b: 2 }, true)).toEqual({ a: 1, b: 2 });
  });

  it('get their defaults, also those that are null', () => {
    const schema = { a: { default: 'x' }, b: { default: null }, c: { required: false } };
    expect(merged(schema, {})).toEqual({ a: 'x', b: null });
    expect(merged(schema, { a: 'y', c: 1 })).toEqual({ a: 'y', b: null, c: 1 });
  });

  it('that are required are named, also where custom ones are allowed', () => {
    const schema = { a: {}, b: { required: true }, c: { default: 1 }, d: { required: false } };
    expect(merged(schema, { e: 1 }, true)).toMatch(/a, b\.$/);
  });

  it.each([
    ['integer', '5', 5],
    ['integer', '-5', -5],
    ['integer', 5, 5],
    ['float', '1.5', 1.5],
    ['float', '1e3', 1000],
    ['float', 2, 2],
    ['boolean', 'TRUE', true],
    ['boolean', 'false', false],
    ['boolean', true, true],
    ['string', '', ''],
    ['textarea', 'a\nb', 'a\nb'],
    ['dict', { a: 1 }, { a: 1 }],
    ['list', [1, 'a'], [1, 'a']],
    ['some.data.Type', { any: ['thing'] }, { any: ['thing'] }],
    [undefined, '5', '5'],
  ])('of type %s take %j for %j', (type, value, taken) => {
    expect(one(type === undefined ? {} : { type }, value)).toEqual({ p: taken });
  });

  it.each([
    ['integer', '5.5'],
    ['integer', 5.5],
    ['integer', true],
    ['integer', ''],
    ['integer', '9'.repeat(30)],
    ['float', 'x'],
    ['float', 'Infinity'],
    ['boolean', 1],
    ['boolean', 'yes'],
    ['string', 5],
    ['string', null],
    ['dict', []],
    ['list', 'a'],
  ])('of type %s do not take %j', (type, value) => {
    expect(one({ type }, value)).toMatch(`is not of type ${type}`);
  });

  it('in lists are converted one by one', () => {
    expect(one({ type: 'list', item_type: 'integer' }, ['1', 2])).toEqual({ p: [1, 2] });
    expect(one({ type: 'list', item_type: 'integer' }, ['1', 'x'])).toMatch('is not of type list');
  });

  it('may be null where they need not be there', () => {
    expect(one({ type: 'integer', required: false }, null)).toEqual({ p: null });
    expect(one({ type: 'integer', default: null }, null)).toEqual({ p: null });
  });

  it('are told of line by line', () => {
    const schema = { a: { type: 'integer' }, b: { type: 'boolean' }, c: { type: 'string' } };
    expect(String(merged(schema, { a: 'x', b: 'y', c: 'z' })).split('\n')).toHaveLength(2);
  });

  it.each([
    [{ greater_than: 3 }, [4], [3, 'x']],
    [{ less_than: 3 }, [2], [3]],
    [{ greater_or_equal: 3 }, [3], [2]],
    [{ less_or_equal: 3 }, [3], [4]],
    [{ equal: { a: [1] } }, [{ a: [1] }], [{ a: [2] }]],
    [{ in_range: [1, 3] }, [1, 2, 3], [0, 4, '2']],
    [{ in_range: [1, 'UNBOUNDED'] }, [1, 1e9], [0]],
    [{ valid_values: ['a', 1] }, ['a', 1], ['b', '1']],
    [{ length: 2 }, ['ab', [1, 2], { a: 1, b: 2 }], ['a', 2]],
    [{ min_length: 2 }, ['ab', [1, 2, 3]], ['a']],
    [{ max_length: 2 }, ['', 'ab'], ['abc']],
    [{ pattern: '[a-z]+\\d' }, ['ab1', 'ab1 and more'], ['1ab', 5]],
    [{ pattern: '(a+)+$' }, ['aaa'], [`${'a'.repeat(40)}!`]],
  ])('under %j', (constraint, good, bad) => {
    for (const value of good) expect(one({ constraints: [constraint] }, value)).toEqual({ p: value });
    for (const value of bad) expect(one({ constraints: [constraint] }, value)).toMatch('violates');
  });

  it('must fit all constraints', () => {
    const constraints = [{ greater_than: 3 }, { less_than: 3 }];
    expect(one({ type: 'integer', constraints }, '3')).toMatch('3 violates greater_than 3, less_than 3');
  });
});

describe('schemas', () => {
  it.each([
    [[], 'parameters must be an object'],
    [{ p: 5 }, 'must be declared by an object'],
    [{ p: { type: 5 } }, 'type must be a string'],
    [{ p: { required: 'no' } }, 'required must be a boolean'],
    [{ p: { constraints: 5 } }, 'constraints must be a list'],
    [{ p: { constraints: [{ bigger: 5 }] } }, 'no constraint "bigger"'],
    [{ p: { constraints: [{ in_range: [1] }] } }, 'in_range cannot be'],
    [{ p: { constraints: [{ pattern: '(' }] } }, 'pattern cannot be'],
    [{ p: { constraints: [{ greater_than: 'x' }] } }, 'greater_than cannot be'],
    [{ p: { type: 'integer', default: 'x' } }, 'is not of type integer'],
  ])('such as %j are refused', (schema, fault) => expect(faultInSchema(schema)).toMatch(fault));

  it('that are sound pass', () => {
    const p = { type: 'integer', default: '5', description: 'x', constraints: [{ in_range: [1, 'UNBOUNDED'] }] };
    expect(faultInSchema({ p, q: {} })).toBeNull();
  });
});
