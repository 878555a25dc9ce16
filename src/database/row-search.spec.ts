import { describe, expect, it } from 'vitest';
import { compileSearch, type SearchCatalog, type SearchCondition } from './row-search.js';

const CATALOG: SearchCatalog = {
  columns: {
    number: { type: 'number', sql: 'e.number' },
    name: { type: 'text', sql: 'j.name', joins: ['job'] },
    ports: { type: 'texts', sql: 'e.ports' },
    at: { type: 'instant', sql: 'e.at' },
    second: {
      ...{ type: 'number', sql: 'e.second' },
      comparable: (value) =>
        value.length === 14 ? { sql: 'e.second_at', type: 'timestamp', value: 'then', unit: '1 second' } : null,
    },
  },
  document: { sql: 's.details', joins: ['sheet'] },
};
const compile = (conditions: SearchCondition[], isUnion = false) =>
  compileSearch(CATALOG, { conditions, isUnion, sort: [] }, 1);

describe('compileSearch', () => {
  it('puts every value of the caller behind a placeholder', () => {
    const hostile = `'; DROP TABLE jobs; --`;
    const compiled = compile([
      { field: { column: 'name' }, operator: '=', value: hostile },
      { field: { column: 'name' }, operator: '~*', value: hostile },
      { field: { column: 'ports' }, operator: '&&', value: [hostile] },
      { field: { path: [hostile], type: 'text' }, operator: '!=', value: hostile },
    ]);
    expect(compiled.where).not.toContain('DROP');
    expect(compiled.values).toEqual([hostile, hostile, [hostile], hostile, hostile]);
    expect(compiled.where).toContain('$2::text');
    expect([...compiled.joins]).toEqual(['job', 'sheet']);
    expect(compiled.hasPatterns).toBe(true);
  });

  it.each([
    ['=', '(e.number = $2::bigint)'],
    ['!=', '(e.number IS DISTINCT FROM $2::bigint)'],
    ['>=', '(e.number >= $2::bigint)'],
    ['~', "(coalesce((e.number)::text, '') ~ $2::text)"],
    ['!~*', "(coalesce((e.number)::text, '') !~* $2::text)"],
  ] as const)('compares numbers with %s', (operator, where) => {
    expect(compile([{ field: { column: 'number' }, operator, value: '5' }]).where).toBe(`(${where})`);
  });

  const AFTER = `($2::timestamptz + interval '1 millisecond')`;
  it.each([
    ['=', `(e.at >= $2::timestamptz AND e.at < ${AFTER})`],
    ['!=', `((e.at >= $2::timestamptz AND e.at < ${AFTER}) IS NOT TRUE)`],
    ['<', '(e.at < $2::timestamptz)'],
    ['<=', `(e.at < ${AFTER})`],
    ['>', `(e.at >= ${AFTER})`],
    ['>=', '(e.at >= $2::timestamptz)'],
  ] as const)('compares instants by the millisecond with %s', (operator, where) => {
    expect(compile([{ field: { column: 'at' }, operator, value: new Date(0) }]).where).toBe(`(${where})`);
  });

  it('takes integers for what they are, and compares by a cheaper expression where a column has one', () => {
    const of = (value: string, operator: '!=' | '<') =>
      compile([{ field: { column: 'second' }, operator, value }]).where;
    expect(of('1.5', '<')).toBe('((e.second < $2::numeric))');
    expect(of('20260000000000', '<')).toBe('((e.second_at < $2::timestamp))');
    expect(of('20260000000000', '!=')).toBe(
      `(((e.second_at >= $2::timestamp AND e.second_at < ($2::timestamp + interval '1 second')) IS NOT TRUE))`,
    );
  });

  it('joins conditions by AND or by OR', () => {
    const one = { field: { column: 'number' }, operator: '=', value: '5' } as const;
    expect(compile([one, one]).where).toBe('((e.number = $2::bigint) AND (e.number = $3::bigint))');
    expect(compile([one, one], true).where).toContain(' OR ');
    expect(compile([]).where).toBe('true');
  });

  it('refuses columns that it does not know, also those that every object has', () => {
    for (const column of ['nothing', 'constructor', '__proto__'])
      expect(() => compile([{ field: { column }, operator: '=', value: 'x' }])).toThrow('no column');
  });

  it('refuses operators of sets for single values, and the other way round', () => {
    expect(() => compile([{ field: { column: 'name' }, operator: '@>', value: ['x'] }])).toThrow('sets');
    expect(() => compile([{ field: { column: 'ports' }, operator: '<', value: ['x'] }])).toThrow('sets');
  });
});
