import { describe, expect, it } from 'vitest';
import { checkAgainst, type Model, type ModelUse } from './model-check.js';

const MODEL: Model = {
  columns: { id: ['int'], tag: ['str'], ratio: ['float'], note: ['str', 'NoneType'], state: ['str', 'int'] },
  relationships: ['agents'],
  required: ['tag'],
};
const check = (fields: Record<string, unknown>, use?: ModelUse) => () => checkAgainst(MODEL, fields, use);

describe('checking the fields of a request', () => {
  it.each([
    [{ tag: 'x' }],
    [{ tag: 'x', id: 1, ratio: 1, note: null, state: 200, agents: 'whatever' }],
    [{ tag: 'x', ratio: 0.5, state: 'online' }],
  ])('takes %j', (fields) => expect(check(fields)).not.toThrow());

  it.each([
    [{}, `request is missing field(s): {'tag'}`],
    [{ bogus: 1, it: 2 }, `request contains field(s) that do not exist: {'bogus', 'it'}`],
    [{ tag: 1 }, `field 'tag' has type <class 'int'> but we expected type(s) <class 'str'>`],
    [{ tag: 'x', id: true }, `field 'id' has type <class 'bool'> but we expected type(s) <class 'int'>`],
    [{ tag: 'x', note: 1 }, `field 'note' has type <class 'int'> but we expected type(s) <class 'str'>`],
    [
      { tag: 'x', state: [] },
      `field 'state' has type <class 'list'> but we expected type(s) (<class 'str'>, <class 'int'>)`,
    ],
    [{ tag: 'x', toString: 1 }, `request contains field(s) that do not exist: {'toString'}`],
  ])('refuses %j', (fields, message) => expect(check(fields)).toThrow(message));

  it('knows what one route takes and another does not', () => {
    expect(check({ id: 1 }, { disallowed: ['id'], ignored: ['tag'] })).toThrow(`not allowed for this request: {'id'}`);
    expect(check({ tag: 5 }, { ignored: ['tag'] })).not.toThrow();
    expect(check({}, { isPartial: true })).not.toThrow();
  });
});
