import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.js';

const problemOf = (env: Record<string, string>): string => {
  try {
    parseConfig(env, '/');
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('HTTP_ALLOWED_NETWORKS', () => {
  it('takes networks and single addresses of both families', () => {
    const { httpAllowedNetworks } = parseConfig(
      { HTTP_ALLOWED_NETWORKS: '10.0.0.0/8, 192.168.7.9,fd00::/8,fd00::1' },
      '/',
    );
    expect(httpAllowedNetworks).toEqual(['10.0.0.0/8', '192.168.7.9/32', 'fd00::/8', 'fd00::1/128']);
  });

  it.each([
    '10/8',
    '010.0.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    'fe80::1%eth0',
    'fd00::/129',
    'db.example',
    '0x7f.1',
  ])('refuses %s', (network) => {
    const problem = problemOf({ HTTP_ALLOWED_NETWORKS: `8.8.8.8,${network}` });
    expect(problem).toContain('HTTP_ALLOWED_NETWORKS');
    expect(problem).toContain(JSON.stringify(network));
  });
});

describe('loopback for http jobs', () => {
  it.each([
    ['127.0.0.1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['10.0.0.5', false],
  ])('HOST=%s: %s', (HOST, allowed) => expect(parseConfig({ HOST }, '/').httpAllowLoopback).toBe(allowed));
});

describe('FORBIDDEN_JOB_CLASSES', () => {
  it('takes names and patterns', () => {
    const { forbiddenJobClasses } = parseConfig({ FORBIDDEN_JOB_CLASSES: 'shell, user:*,reports.*,*' }, '/');
    expect(forbiddenJobClasses).toEqual(['shell', 'user:*', 'reports.*', '*']);
    expect(parseConfig({}, '/').forbiddenJobClasses).toEqual([]);
  });

  it.each(['sh ell', '/etc', '9lives', 'user:', 'a?b', '[a]'])('refuses %s', (pattern) => {
    expect(problemOf({ FORBIDDEN_JOB_CLASSES: pattern })).toContain('FORBIDDEN_JOB_CLASSES');
  });
});
