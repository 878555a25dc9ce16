import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/run-folder.js';
import { startServer } from '../support/server-process.js';
import { createTestDatabase } from '../support/test-database.js';
import { basic } from './secured-app.js';

const PROGRAM = fileURLToPath(new URL('../../dist/src/bin/cli.js', import.meta.url));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function cli(env: Record<string, string>, args: string[], input = ''): Promise<Ran> {
  const { PATH = '', TMPDIR = '' } = process.env;
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { PATH, TMPDIR, ...env } });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

describe('the command line', () => {
  it('helps at every level and names what is wrong, without a database', async () => {
    const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    for (const [args, code, text] of [
      [['--help'], 0, 'token'],
      [['user', '--help'], 0, 'disable'],
      [['token', 'create', '--help'], 0, '--expires-in-days'],
      [['user'], 2, 'Usage'],
      [['user', 'frob'], 2, 'frob'],
      [['user', 'add'], 2, 'username'],
      [['user', 'add', 'x', '--role', 'king'], 2, 'viewer'],
      [['user', 'add', 'a b', '--password-stdin'], 2, 'user name'],
      [['tenant', 'set', 'acme'], 2, '--max-running'],
      [['tenant', 'set', 'acme', '--max-running', '0'], 2, 'whole number from 1'],
      [['tenant', 'list'], 1, 'ECONNREFUSED'],
    ] as const) {
      const ran = await cli(nowhere, [...args]);
      expect([args, ran.code]).toEqual([args, code]);
      expect(ran.out + ran.err).toContain(text);
    }
  }, 120_000);

  it('manages tenants, users and tokens of a database by its URL', async () => {
    const database = await createTestDatabase();
    const env = { DATABASE_URL: database.url };
    try {
      expect(await cli(env, ['tenant', 'add', 'acme'])).toMatchObject({ code: 0, out: '' });
      expect((await cli(env, ['tenant', 'add', 'acme'])).code).toBe(1);
      const add = ['user', 'add', 'mara', '--tenant', 'acme', '--role', 'admin'];
      expect((await cli(env, add)).err).toContain('CARILLON_PASSWORD');
      expect((await cli(env, [...add, '--password-stdin'], 'short\n')).code).toBe(2);
      expect((await cli(env, [...add, '--password-stdin'], 'correct horse\n')).code).toBe(0);
      expect((await cli({ ...env, CARILLON_PASSWORD: 'correct horse' }, add)).code).toBe(1);
      expect((await cli(env, ['user', 'grant', 'mara', '--role', 'operator'])).code).toBe(0);
      expect((await cli(env, ['user', 'disable', 'mara'])).code).toBe(0);
      const { out } = await cli(env, ['user', 'list', '--all', '--json']);
      expect(JSON.parse(out)).toEqual([
        expect.objectContaining({ username: 'mara', role: 'operator', disabled: true }),
      ]);
      expect((await cli(env, ['user', 'revoke', 'nobody'])).code).toBe(1);
      expect((await cli(env, ['tenant', 'list'])).out).toMatch(/^name .*\nacme .*\ndefault_tenant .*\nsystem /);
    } finally {
      await database.drop();
    }
  }, 120_000);

  it('limits a tenant and gives it workers of its own', async () => {
    const database = await createTestDatabase();
    const env = { DATABASE_URL: database.url };
    try {
      const set = ['tenant', 'set', 'default_tenant'];
      expect((await cli(env, [...set, '--max-running', '3', '--dedicated'])).code).toBe(0);
      expect((await cli(env, [...set, '--no-dedicated'])).code).toBe(0);
      const tenants = JSON.parse((await cli(env, ['tenant', 'list', '--json'])).out) as object[];
      expect(tenants).toContainEqual(
        expect.objectContaining({ name: 'default_tenant', maxRunning: '3', dedicated: false }),
      );
    } finally {
      await database.drop();
    }
  }, 120_000);

  it('works on the embedded database, before the server runs and while it does', async () => {
    const env = { DATA_DIR: await temporaryFolder('cli'), CARILLON_PASSWORD: 'correct horse' };
    expect((await cli(env, ['user', 'add', 'mara', '--role', 'operator'])).code).toBe(0);
    const server = await startServer({ env: { DATA_DIR: env.DATA_DIR, AUTH: 'on', ROLES: 'api' } });
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${server.url}/api/v2/jobs`, { headers })).status;
    expect(await status(basic('mara', 'correct horse'))).toBe(200);
    const { out } = await cli(env, ['token', 'create', 'deploy', '--expires-in-days', '1']);
    expect(out).toMatch(/^cr_[\w-]{43}\n$/);
    const bearer = { authorization: `Bearer ${out.trim()}` };
    expect(await status(bearer)).toBe(200);
    expect((await cli(env, ['token', 'revoke', 'deploy'])).code).toBe(0);
    expect(await status(bearer)).toBe(401);
    expect((await cli({ ...env, CARILLON_PASSWORD: 'another horse' }, ['user', 'password', 'mara'])).code).toBe(0);
    expect([await status(basic('mara', 'correct horse')), await status(basic('mara', 'another horse'))]).toEqual([
      401, 200,
    ]);
    await server.stop();
  }, 120_000);
});
