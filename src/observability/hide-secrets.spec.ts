import { describe, expect, it } from 'vitest';
import { hideSecrets } from './hide-secrets.js';

describe('hideSecrets', () => {
  it.each([
    [
      'connect to postgres://carillon:s3cret@127.0.0.1:5432/x failed',
      'connect to postgres://carillon:[hidden]@127.0.0.1:5432/x failed',
    ],
    ['DATABASE_URL=postgres://u:p%40ss@h/x', 'DATABASE_URL=postgres://u:[hidden]@h/x'],
    ['authorization: Bearer abc.def', 'authorization: [hidden] [hidden]'],
    ['Bearer abcd.efgh', 'Bearer [hidden]'],
    ['{"password":"hunter2","name":"x"}', '{"password":"[hidden]","name":"x"}'],
    ['cookie=abc; path=/', 'cookie=[hidden]; path=/'],
  ])('%s', (text, expected) => {
    expect(hideSecrets(text)).toBe(expected);
  });

  it('leaves ordinary text alone', () => {
    const text = 'GET /api/v2/jobs 200 1.2 ms at http://127.0.0.1:8888/ by bob@example.org';
    expect(hideSecrets(text)).toBe(text);
  });
});
