import { describe, expect, it } from 'vitest';
import { column, member } from './field-table.js';
import { hasFilters, readFilters, readFlag, readListQuery } from './list-query.js';

const FIELDS = {
  id: column('number', 'number'),
  name: column('name', 'text'),
  created: column('createdAt', 'instant'),
  automatic: column('isFromTrigger', 'boolean'),
  'options.tags': member('texts', 'options', 'tags'),
};
const conditions = (...filter: string[]) => readFilters({ filter }, FIELDS).conditions;

describe('filters', () => {
  it.each([
    ['id=5', { field: { column: 'number' }, operator: '=', value: '5' }],
    ['id~^5', { field: { column: 'number' }, operator: '~', value: '^5' }],
    ['name~*x', { field: { column: 'name' }, operator: '~*', value: 'x' }],
    ['name=a=b', { field: { column: 'name' }, operator: '=', value: 'a=b' }],
    ['automatic!=True', { field: { column: 'isFromTrigger' }, operator: '!=', value: true }],
    ['created>2026-11-22', { operator: '>', value: new Date('2026-11-22T00:00:00Z') }],
    ['created<=2016-04-14T11:15:54.211891321-04:00', { value: new Date('2016-04-14T15:15:54.211Z') }],
    ['options.tags@>{a,b}', { field: { path: ['options', 'tags'], type: 'texts' }, operator: '@>', value: ['a', 'b'] }],
    ['options.tags&&{}', { operator: '&&', value: [] }],
  ])('%s', (text, condition) => expect(conditions(text)).toMatchObject([condition]));

  it('hold together, or one is enough', () => {
    expect(readFilters({ filter: ['id=1', 'id=2'] }, FIELDS)).toMatchObject({ isUnion: false });
    expect(readFilters({ filter: 'id=1', type: 'union' }, FIELDS)).toMatchObject({ isUnion: true });
    expect(readFilters({ filter: 'id=1', type: 'inter' }, FIELDS)).toMatchObject({ isUnion: false });
    expect([hasFilters({}), hasFilters({ filter: '' }), hasFilters({ filter: 'id=1' })]).toEqual([false, false, true]);
  });

  it.each([
    ['nothing=1', 'the field of filter is "nothing"; it must be one of id, name,'],
    ['constructor=1', 'the field of filter is "constructor"'],
    ['name', 'filter is "name"; it must be a field, an operator and a value'],
    ['id=x', 'the value of the filter on id is "x"; it must be a number'],
    ['id@>{1}', 'the operator of the filter on id is "@>"'],
    ['created>soon', 'the value of the filter on created is "soon"'],
    ['automatic=maybe', 'it must be true or false'],
    ['options.tags@>a', 'it must be a list in braces'],
    ['options.tags~a', 'the operator of the filter on options.tags is "~"'],
    ['name=a\0b', 'U+0000'],
    [`name=${'x'.repeat(3_000)}`, 'at most 2000 characters'],
  ])('%s is refused', (text, message) => expect(() => conditions(text)).toThrow(message));

  it('are not endless', () => {
    expect(() => conditions(...Array.from({ length: 51 }, () => 'id=1'))).toThrow('at most 50');
    expect(() => readFilters({ type: 'both' }, FIELDS)).toThrow('union or inter');
  });
});

describe('pages and order', () => {
  it('have defaults', () => {
    expect(readListQuery({ page: '', other: 'x' }, FIELDS)).toMatchObject({ page: 1, limit: 25, isDetailed: false });
    expect(readListQuery({ limit: 'none', page: '0', detailed: 'True' }, FIELDS)).toMatchObject({
      ...{ limit: null, page: 0, isDetailed: true },
    });
  });

  it('are sorted by one parameter', () => {
    expect(readListQuery({ sort: '-name, id,+created' }, FIELDS).search.sort).toEqual([
      { field: { column: 'name' }, isDescending: true },
      { field: { column: 'number' }, isDescending: false },
      { field: { column: 'createdAt' }, isDescending: false },
    ]);
  });

  it.each([
    [{ page: '-1' }, 'page'],
    [{ page: 'x' }, 'page'],
    [{ page: '99999999999' }, 'page'],
    [{ limit: '0' }, 'limit'],
    [{ limit: '1.5' }, 'limit'],
    [{ sort: 'nothing' }, 'sort'],
    [{ sort: 'options.tags' }, 'sort'],
    [{ detailed: 'x' }, 'detailed'],
  ])('%j is refused', (query, name) => expect(() => readListQuery(query, FIELDS)).toThrow(name));

  it('read the words of Python', () => {
    expect(['True', 'true', 'FALSE', undefined].map((all) => readFlag({ all }, 'all'))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
