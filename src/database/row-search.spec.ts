import { describe, expect, it } from 'vitest';
import { compileSearch, type SearchCatalog, type SearchCondition } from './row-search.js';

const CATALOG: SearchCatalog = {
  columns: {
    number: { type: 'number', sql: 'e.number' },
    name: { type: 'text', sql: 'j.name', joins: ['job'] },
    ports: { type: 'texts', sql: 'e.ports' },
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
    expect(compiled.values).toEqual([hostile, hostile, [hostile], [hostile], hostile]);
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
