import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.js';

const isAuthOn = (env: Record<string, string>): boolean => parseConfig(env, '/').isAuthOn;

describe('AUTH', () => {
  it.each([
    [{}, false],
    [{ HOST: 'localhost' }, false],
    [{ HOST: '::1' }, false],
    [{ HOST: '0.0.0.0' }, true],
    [{ HOST: 'jobs.example' }, true],
    [{ AUTH: 'on' }, true],
    [{ HOST: '0.0.0.0', AUTH: 'on' }, true],
    [{ HOST: '0.0.0.0', AUTH: 'off', ALLOW_OPEN_ACCESS_FROM_NETWORK: 'true' }, false],
    [{ HOST: '0.0.0.0', ALLOW_OPEN_ACCESS_FROM_NETWORK: 'true' }, true],
  ])('with %j is on: %s', (env, expected) => expect(isAuthOn(env)).toBe(expected));

  it.each([
    [{ HOST: '0.0.0.0', AUTH: 'off' }, 'ALLOW_OPEN_ACCESS_FROM_NETWORK=true'],
    [{ HOST: '::', AUTH: 'off', ALLOW_OPEN_ACCESS_FROM_NETWORK: 'false' }, 'HOST is ::'],
    [{ AUTH: 'maybe' }, 'AUTH'],
    [{ ADMIN_USERNAME: 'a:b' }, 'ADMIN_USERNAME'],
    [{ SESSION_HOURS: '0' }, 'SESSION_HOURS'],
    [{ TRUSTED_PROXIES: 'everybody' }, 'TRUSTED_PROXIES'],
  ])('%j does not start: %s', (env, message) => expect(() => parseConfig(env, '/')).toThrow(message));
});

describe('CORS_ORIGINS', () => {
  it('takes origins, and an asterisk only while everybody signs in', () => {
    expect(parseConfig({ CORS_ORIGINS: 'https://a.example, http://localhost:3000' }, '/app').corsOrigins).toEqual([
      'https://a.example',
      'http://localhost:3000',
    ]);
    expect(parseConfig({ CORS_ORIGINS: '*', AUTH: 'on' }, '/app').corsOrigins).toEqual(['*']);
    expect(() => parseConfig({ CORS_ORIGINS: '*' }, '/app')).toThrow(/CORS_ORIGINS: \* while AUTH is off/);
    expect(() => parseConfig({ CORS_ORIGINS: 'pages.example' }, '/app')).toThrow(/CORS_ORIGINS/);
  });
});
