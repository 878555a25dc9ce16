import { describe, expect, it } from 'vitest';
import { auditDiff } from './audit-diff.js';
import { maskSecrets } from './mask-secrets.js';

describe('maskSecrets', () => {
  it.each<[what: string, value: unknown, expected: unknown]>([
    ['a field', { password: 'x', user: 'bob' }, { password: '[hidden]', user: 'bob' }],
    [
      'a field deep down',
      { parameters: { headers: { Authorization: 'Bearer abc', accept: '*/*' } } },
      { parameters: { headers: { Authorization: '[hidden]', accept: '*/*' } } },
    ],
    ['whole objects and lists', { tokens: ['a', 'b'], secret: { a: 1 } }, { tokens: '[hidden]', secret: '[hidden]' }],
    ['numbers', { password: 1234 }, { password: '[hidden]' }],
    [
      'not whether there is one',
      { token: null, hasPassword: true, secret: '' },
      { token: null, hasPassword: true, secret: '' },
    ],
    ['name and value', [{ name: 'API_KEY', value: 'x' }], [{ name: 'API_KEY', value: '[hidden]' }]],
    ['key and value', [{ key: 'db-password', value: 'x' }], [{ key: 'db-password', value: '[hidden]' }]],
    ['other names and values', [{ name: 'MODE', value: 'x' }], [{ name: 'MODE', value: 'x' }]],
    [
      'pairs',
      [
        ['Authorization', 'abc'],
        ['accept', 'x'],
      ],
      [
        ['Authorization', '[hidden]'],
        ['accept', 'x'],
      ],
    ],
    ['flags', ['prog', '--password', 'x', '--verbose'], ['prog', '--password', '[hidden]', '--verbose']],
    ['command lines', ['curl -H "Authorization: Bearer abcdef" u'], ['curl -H "Authorization: [hidden] [hidden]" u']],
    ['URLs', ['https://bob:pw@example.org/'], ['https://bob:[hidden]@example.org/']],
    ['nothing else', { name: 'x', args: ['echo hi', 5, null] }, { name: 'x', args: ['echo hi', 5, null] }],
  ])('%s', (_what, value, expected) => expect(maskSecrets(value)).toEqual(expected));
});

describe('an audit entry', () => {
  it('tells that a secret was changed, but neither what it was nor what it became', () => {
    const diff = auditDiff({ name: 'j', parameters: { token: 'old' } }, { name: 'j', parameters: { token: 'new' } });
    expect(diff).toEqual({
      before: { parameters: { token: '[hidden]' } },
      after: { parameters: { token: '[hidden]' } },
    });
  });

  it('is masked before it is shortened', () => {
    const { after } = auditDiff(null, { parameters: { token: 't'.repeat(20), text: 'x'.repeat(20_000) } });
    expect(JSON.stringify(after)).not.toContain('ttt');
    expect(JSON.stringify(after)).toContain('shortened');
  });
});
