import { describe, expect, it } from 'vitest';
import { hideSecrets, isSecretName } from './hide-secrets.js';

describe('isSecretName', () => {
  it.each([
    'password',
    'DB_PASSWORD',
    'dbPassword',
    'passwd',
    'passphrase',
    'secret',
    'client_secret',
    'clientSecret',
    'token',
    'refresh-token',
    'Authorization',
    'Proxy-Authorization',
    'api_key',
    'apiKey',
    'X-Api-Key',
    'AWS_SECRET_ACCESS_KEY',
    'aws_access_key_id',
    'private key',
    'cookie',
    'Set-Cookie',
    'credentials',
    'auth',
    'pwd',
    'pass',
  ])('%s', (name) => expect(isSecretName(name)).toBe(true));

  it.each(['name', 'PWD', 'OLDPWD', 'author', 'key', 'keyboard', 'compass', 'timeoutMs', 'jobClass', 'args', ''])(
    'not %s',
    (name) => expect(isSecretName(name)).toBe(false),
  );
});

describe('hideSecrets', () => {
  it.each([
    ['{"password":"two words","x":1}', '{"password":"[hidden]","x":1}'],
    ['{"client_secret":"a\\"b","x":1}', '{"client_secret":"[hidden]","x":1}'],
    ['"{\\"apiKey\\":\\"abc\\"}"', '"{\\"apiKey\\":\\"[hidden]\\"}"'],
    ['export AWS_SECRET_ACCESS_KEY=abc/def && run', 'export AWS_SECRET_ACCESS_KEY=[hidden] && run'],
    ['MYSQL_PWD=abc mysql', 'MYSQL_PWD=[hidden] mysql'],
    ['prog --api-key=abc --verbose', 'prog --api-key=[hidden] --verbose'],
    ['GET /x?access_token=abc&page=2', 'GET /x?access_token=[hidden]&page=2'],
    ['authorization: Token abcdef', 'authorization: [hidden] [hidden]'],
    [`curl -H 'X-Api-Key: abc'`, `curl -H 'X-Api-Key: [hidden]'`],
    ['PWD=/home/x', 'PWD=/home/x'],
    ['the token was refreshed', 'the token was refreshed'],
  ])('%s', (text, expected) => expect(hideSecrets(text)).toBe(expected));

  it('takes no longer than a moment for a megabyte of anything', () => {
    const began = performance.now();
    for (const piece of [
      'a',
      'a-',
      'authorization:a ',
      'token',
      'token:',
      'password="',
      `secret='`,
      'api-key=\\"',
      ' ',
      'a://b:',
      '_',
    ])
      hideSecrets(piece.repeat(Math.ceil(1_000_000 / piece.length)));
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
