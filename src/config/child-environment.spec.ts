import { describe, expect, it } from 'vitest';
import { childEnvironment } from './child-environment.js';
import { ConfigError, parseConfig } from './config.js';

const URL = 'postgres://carillon:hunter2@db/carillon';

describe('childEnvironment', () => {
  it('takes what is named and set, and nothing else', () => {
    const env = { PATH: '/bin', HOME: '/root', AWS_SECRET_ACCESS_KEY: 'x', EMPTY: '' };
    expect(childEnvironment(['PATH', 'EMPTY', 'ABSENT'], env)).toEqual({
      variables: { PATH: '/bin', EMPTY: '' },
      problems: [],
    });
  });

  it.each(['DATABASE_URL', 'DATABASE_DIRECT_URL', 'ADMIN_PASSWORD', 'PGPASSWORD', 'PGPASSFILE'])(
    'refuses %s, set or not',
    (name) => {
      for (const env of [{}, { [name]: 'hunter2' }]) {
        const { variables, problems } = childEnvironment([name], env);
        expect(variables).toEqual({});
        expect(problems).toEqual([expect.stringContaining(name)]);
        expect(problems[0]).not.toContain('hunter2');
      }
    },
  );

  it('refuses a secret of ours under another name', () => {
    const { variables, problems } = childEnvironment(['MY_DATABASE'], { DATABASE_URL: URL, MY_DATABASE: URL });
    expect(variables).toEqual({});
    expect(problems).toEqual([expect.stringContaining('DATABASE_URL')]);
    expect(problems[0]).not.toContain('hunter2');
  });

  it('refuses what the server sets itself', () => {
    expect(childEnvironment(['CARILLON_TENANT'], { CARILLON_TENANT: 'x' }).problems).toHaveLength(1);
  });
});

describe('the setting CHILD_ENV', () => {
  it('is a problem at start when it names a secret, and lets none through by default', () => {
    const env = { DATABASE_URL: URL, PATH: '/bin', CHILD_ENV: 'PATH,DATABASE_URL' };
    expect(() => parseConfig(env, '/')).toThrow(ConfigError);
    expect(() => parseConfig(env, '/')).toThrow(/CHILD_ENV: DATABASE_URL holds a secret/);
    const { childEnvironment: given } = parseConfig({ DATABASE_URL: URL, PATH: '/bin', PGPASSWORD: 'x' }, '/');
    expect(given).toEqual({ PATH: '/bin' });
  });
});
