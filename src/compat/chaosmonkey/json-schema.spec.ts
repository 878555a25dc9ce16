import { describe, expect, it } from 'vitest';
import { schemaViolation, type JsonSchema } from './json-schema.js';

const TRIGGER: JsonSchema = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    args: { type: 'object', properties: { date: { type: 'string' } }, required: ['date'] },
  },
  required: ['type', 'args'],
};

describe('schemaViolation', () => {
  it.each([
    [{ type: 'date', args: { date: 'x' } }, null],
    [{ type: 'date', args: { date: 'x', more: 1 }, more: [] }, null],
    [{}, "'type' is a required property"],
    [{ type: 'date' }, "'args' is a required property"],
    [{ args: {} }, "'type' is a required property"],
    [{ type: 'date', args: {} }, "'date' is a required property"],
    [{ type: 5, args: { date: 'x' } }, "5 is not of type 'string'"],
    [{ type: 'date', args: [] }, "[] is not of type 'object'"],
    [{ type: 'date', args: { date: true } }, "True is not of type 'string'"],
    [{ type: 'date', args: { date: null } }, "None is not of type 'string'"],
    [{ type: 5, args: { date: {} } }, "5 is not of type 'string'"],
    [{ type: 5 }, "'args' is a required property"],
    [null, "None is not of type 'object'"],
    [[], "[] is not of type 'object'"],
    ['x', "'x' is not of type 'object'"],
  ])('%j: %s', (value, message) => expect(schemaViolation(value, TRIGGER)).toBe(message));

  it('does not take a boolean for a number', () => {
    expect(schemaViolation(true, { type: 'number' })).toBe("True is not of type 'number'");
    expect(schemaViolation(1.5, { type: 'number' })).toBeNull();
  });

  it('looks at own properties only', () => {
    expect(schemaViolation({}, { type: 'object', required: ['toString'] })).toBe("'toString' is a required property");
  });
});
