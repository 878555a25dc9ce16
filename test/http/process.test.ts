// The built program as a person or a supervisor meets it: arguments, failures to start, signals, a database that dies.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingRows } from '../../src/config/help.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { temporaryFolder } from '../support/run-folder.js';
import { startServer } from '../support/server-process.js';
import { until } from '../support/until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(ROOT, 'dist/src/main.js');

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

let database: TestDatabase;
beforeAll(async () => (database = await createTestDatabase()));
afterAll(() => database.drop());

/** Runs the program to its end. */
async function run(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  const dataDir = await temporaryFolder('process');
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: '/usr/bin:/bin', DATA_DIR: dataDir, DATABASE_URL: database.url, ...env },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk));
  const deadline = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(deadline);
  return { code, ...output };
}

describe('a server whose output nobody reads any more', () => {
  it('goes on, keeps its log file, and ends well', async () => {
    const server = await startServer({ env: { DATABASE_URL: database.url, LOG_LEVEL: 'debug' } });
    server.closeOutput();
    const log = () => readFile(join(server.dataDir, 'logs/carillon.log'), 'utf8');
    // Its pipe is broken from the first line on; what follows shows whether the log can do without.
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await until('lines are logged', async () => {
      await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      return (await log()).split('connection was lost').length > 5 ? true : null;
    });
    await admin.end();
    expect(await log()).not.toContain('EPIPE');
    await until('it is ready', async () =>
      (await fetch(`${server.url}/api/v2/health/ready`)).status === 200 ? true : null,
    );
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  }, 60_000);
});

describe('the arguments', () => {
  it('--help lists every setting', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const { name } of settingRows()) expect(stdout).toMatch(new RegExp(`^  ${name}\\s`, 'm'));
  });

  it('--version prints the version of package.json and nothing else', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('refuses an argument that it does not know', async () => {
    expect(await run(['--port=9'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('"--port=9"') as string,
    });
  });
});

describe('a failure to start', () => {
  const isPlain = ({ stderr }: Outcome): boolean =>
    stderr.trim().split('\n').length === 1 && !stderr.includes('    at ');

  it('lists every wrong setting at once and exits with 2', async () => {
    const outcome = await run([], { PORT: 'x', DEMO: 'maybe' });
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain('PORT');
    expect(outcome.stderr).toContain('DEMO');
    expect(outcome.stderr).not.toContain('    at ');
  });

  it('names PORT when it is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    try {
      const { port } = other.address() as { port: number };
      const outcome = await run([], { PORT: String(port) });
      expect(outcome.code).toBe(1);
      expect(outcome.stderr).toContain(`Port ${port} on 127.0.0.1 is in use`);
      expect(outcome.stderr).toContain('PORT=');
      expect(isPlain(outcome)).toBe(true);
    } finally {
      other.close();
    }
  });

  it('names HOST when it is no address of this machine', async () => {
    const outcome = await run([], { HOST: '192.0.2.1', PORT: '18888' });
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('HOST=192.0.2.1') as string });
    expect(isPlain(outcome)).toBe(true);
  });

  it('says plainly that the database cannot be reached, without its password', async () => {
    const outcome = await run([], { PORT: '0', DATABASE_URL: 'postgres://carillon:hunter2@127.0.0.1:1/x' });
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('Carillon cannot start') as string });
    expect(outcome.stdout + outcome.stderr).not.toContain('hunter2');
    expect(isPlain(outcome)).toBe(true);
  });

  it('gives the stack to those who ask for detail', async () => {
    const outcome = await run([], {
      PORT: '0',
      LOG_LEVEL: 'debug',
      DATABASE_URL: 'postgres://carillon:hunter2@127.0.0.1:1/x',
    });
    expect(outcome.stderr).toContain('    at ');
    expect(outcome.stdout + outcome.stderr).not.toContain('hunter2');
  });
});

describe('a running server', () => {
  it('says where everything is, logs to its data folder too, and ends with 0 after SIGTERM', async () => {
    const server = await startServer({ env: { DATABASE_URL: database.url } });
    expect(server.logs()).toMatch(/^ {2}API {9}http:\/\/127\.0\.0\.1:\d+\/api\/v2$/m);
    expect(server.logs()).toContain(`Swagger UI  ${server.url}/docs`);
    expect(server.logs()).toContain(`Data        ${server.dataDir}`);
    expect(server.logs()).not.toContain(new URL(database.url).password);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    const log = await readFile(join(server.dataDir, 'logs/carillon.log'), 'utf8');
    expect(
      log
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { msg: string }).msg),
    ).toContain('Stopped');
  });

  it('logs requests with their ids at the level debug, and no secret at any', async () => {
    const server = await startServer({ env: { DATABASE_URL: database.url, LOG_LEVEL: 'trace' } });
    const headers = { 'x-request-id': 'look-for-me', authorization: 'Bearer hunter2-token', cookie: 'session=hunter2' };
    await fetch(`${server.url}/api/v2/tags?q=hunter2-query`, { headers });
    await fetch(`${server.url}/nowhere`, { headers });
    await server.stop();
    const lines = (await readFile(join(server.dataDir, 'logs/carillon.log'), 'utf8')).trim().split('\n');
    const request = lines
      .map((line) => JSON.parse(line) as Record<string, string>)
      .find(({ msg }) => msg?.includes('GET /api/v2/tags 200'));
    expect(request).toMatchObject({
      level: 'debug',
      context: 'Http',
      msg: expect.stringContaining('look-for-me') as string,
    });
    expect(server.logs() + lines.join('\n')).not.toContain('hunter2');
    expect(server.logs() + lines.join('\n')).not.toContain(new URL(database.url).password);
  });

  it('ends with 0 after SIGINT, and at once with 1 after a second signal', async () => {
    const first = await startServer({ env: { DATABASE_URL: database.url } });
    expect(await first.stop('SIGINT')).toEqual({ code: 0, signal: null });
    const second = await startServer({ env: { DATABASE_URL: database.url } });
    // Both signals are in the queue before the first one's handler can have got far.
    process.kill(second.pid, 'SIGTERM');
    process.kill(second.pid, 'SIGINT');
    expect(await second.exited).toEqual({ code: 1, signal: null });
  });

  it('answers the request under way before it ends', async () => {
    const server = await startServer({ env: { DATABASE_URL: database.url } });
    // The body is sent in two halves, with the signal between them.
    const { port } = new URL(server.url);
    const body = JSON.stringify({ name: `in flight ${server.pid}` });
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    socket.write(
      `POST /api/v2/tags HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
    );
    await until('the server has the request', async () => (await fetch(`${server.url}/api/v2/health/live`)).ok);
    const exited = server.stop();
    await until('it drains', () => server.logs().includes('no new work is taken'));
    socket.write(body.slice(5));
    await until('the answer is there', () => answer.startsWith('HTTP/1.1 201'));
    expect(await exited).toEqual({ code: 0, signal: null });
    socket.destroy();
  });

  it('starts its embedded database again when that is killed', async () => {
    const server = await startServer();
    const folder = await readlink(join(server.dataDir, 'postgres')).catch(() => join(server.dataDir, 'postgres'));
    const postmaster = Number((await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[0]);
    process.kill(postmaster, 'SIGKILL');
    const isReady = async (): Promise<boolean> => (await fetch(`${server.url}/api/v2/health/ready`)).status === 200;
    await until('it noticed', async () => !(await isReady()), 10_000);
    await until('it is ready again', isReady, 20_000);
    expect((await fetch(`${server.url}/api/v2/tags`)).status).toBe(200);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(await runs(postmaster)).toBe(false);
  });
});

/** Whether the postmaster of the pid still runs. */
async function runs(pid: number): Promise<boolean> {
  return new Promise((resolve) =>
    execFile('ps', ['-p', String(pid), '-o', 'stat='], (error, stdout) =>
      resolve(error === null && !stdout.startsWith('Z')),
    ),
  );
}
