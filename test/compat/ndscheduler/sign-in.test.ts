// ndscheduler's cookie sign-in: the document's curl lines as they stand, and what people see who have not signed in.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startSecuredApp, type SecuredApp } from '../../auth/secured-app.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { ask, type WireAnswer } from './wire.js';

const run = promisify(execFile);
const DOCUMENT_PASSWORD = 'Very$ecret';

let app: SecuredApp;
beforeAll(async () => {
  app = await startSecuredApp();
  await app.tenant('acme');
  const body = { username: 'user', password: DOCUMENT_PASSWORD, role: 'operator' };
  const made = await app.call('POST', '/api/v2/users', { body, headers: { ...app.admin, tenant: 'acme' } });
  expect(made.status).toBe(201);
});
afterAll(() => app.close());

const form = (fields: Record<string, string>): Parameters<typeof ask>[3] => ({
  body: new URLSearchParams(fields).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});
const cookieOf = ({ headers }: WireAnswer): string => String(headers['set-cookie']);
const signIn = async (username = 'user', password = DOCUMENT_PASSWORD): Promise<string> =>
  cookieOf(await ask(app.url, 'POST', '/login', form({ username, password }))).split(';')[0] ?? '';

it('the document’s curl lines work as they stand, host and port aside', async () => {
  const folder = await temporaryFolder('curl');
  const host = app.url.replace('http://', '');
  const login = `curl --silent --output /dev/null \\
     --data-urlencode "username=user" \\
     --data-urlencode 'password=${DOCUMENT_PASSWORD}' \\
     --cookie-jar - 'http://${host}/login' \\
     > my_cookie.txt`;
  const post = `curl --silent --cookie my_cookie.txt \\
     -X POST \\
     --header "Content-Type:application/json" \\
     --data "{\\"job_class_string\\": \\"simple_scheduler.jobs.sample_job.AwesomeJob\\", \\
              \\"name\\": \\"My first job\\", \\"minute\\": \\"*/1\\", \\"pub_args\\": [\\"arg1\\", 2]}" \\
     ${host}/api/v1/jobs`;
  await run('/bin/sh', ['-c', login], { cwd: folder });
  expect(await readFile(`${folder}/my_cookie.txt`, 'utf8')).toMatch(/\tuser\t[\w-]+\n/);
  const { stdout } = await run('/bin/sh', ['-c', post], { cwd: folder });
  expect(stdout).toMatch(/^\{"job_id":"[0-9a-f]{32}"\}$/);
  const { stdout: list } = await run('/bin/sh', ['-c', `curl --silent --cookie my_cookie.txt ${host}/api/v1/jobs`], {
    cwd: folder,
  });
  expect(JSON.parse(list)).toMatchObject({ jobs: [{ name: 'My first job' }] });
  const logs = await ask(app.url, 'GET', '/api/v1/logs', { headers: { cookie: await signIn() } });
  expect(logs.body).toMatchObject({ logs: [{ event: 'added', user: 'user', job_name: 'My first job' }] });
});

describe('POST /login', () => {
  it('leads to / and sets a cookie for this host that no script reads', async () => {
    const answer = await ask(
      app.url,
      'POST',
      '/login?next=https://evil.example/',
      form({ username: 'user', password: DOCUMENT_PASSWORD }),
    );
    expect([answer.status, answer.headers['location']]).toEqual([302, '/']);
    expect(cookieOf(answer)).toMatch(/^user=[\w-]{20,}; expires=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it.each([
    ['user', 'wrong'],
    ['nobody', 'wrong'],
  ])('clears the cookie of %s with a wrong password, and notes it', async (username, password) => {
    const answer = await ask(app.url, 'POST', '/login', form({ username, password }));
    expect([answer.status, answer.headers['location']]).toEqual([302, '/']);
    expect(cookieOf(answer)).toMatch(/^user=""; expires=Thu, 01 Jan 1970 /);
    expect(await app.sql(`SELECT 1 FROM audit_log WHERE event = 'request.refused'`)).not.toEqual([]);
  });

  it('wants a form with both fields', async () => {
    const missing = await ask(app.url, 'POST', '/login', form({ username: 'user' }));
    expect(missing).toMatchObject({
      status: 400,
      reason: expect.stringContaining('Missing argument password') as string,
    });
    const json = await ask(app.url, 'POST', '/login', { body: { username: 'user', password: DOCUMENT_PASSWORD } });
    expect(json.status).toBe(400);
  });

  it('takes the fields from the query too', async () => {
    const query = new URLSearchParams({ username: 'user', password: DOCUMENT_PASSWORD });
    expect(cookieOf(await ask(app.url, 'POST', `/login?${query.toString()}`))).toMatch(/^user=[\w-]{20}/);
  });

  it('makes guessing slow', async () => {
    const statuses: number[] = [];
    let last: WireAnswer | undefined;
    for (let i = 0; i < 8; i++) {
      last = await ask(app.url, 'POST', '/login', form({ username: 'acme-admin', password: `guess ${i}` }));
      statuses.push(last.status);
    }
    expect(statuses.slice(0, 5)).toEqual([302, 302, 302, 302, 302]);
    expect(last).toMatchObject({ status: 429, headers: { 'retry-after': expect.stringMatching(/^\d+$/) as string } });
  });
});

it('GET /logout ends the session and clears the cookie', async () => {
  const cookie = await signIn();
  expect((await ask(app.url, 'GET', '/api/v1/jobs', { headers: { cookie } })).status).toBe(200);
  const out = await ask(app.url, 'GET', '/logout', { headers: { cookie } });
  expect([out.status, out.headers['location'], cookieOf(out).slice(0, 7)]).toEqual([302, '/', `user=""`]);
  expect((await ask(app.url, 'GET', '/api/v1/jobs', { headers: { cookie } })).status).toBe(302);
});

it('GET /login shows the page', async () => {
  const page = await ask(app.url, 'GET', '/login');
  expect(page).toMatchObject({ status: 200, text: expect.stringMatching(/^Login required!/) as string });
});

describe('without a session', () => {
  it.each([
    ['/api/v1/jobs?a=b&c', '/login?next=%2Fapi%2Fv1%2Fjobs%3Fa%3Db%26c'],
    ['/api/v1/executions/x', '/login?next=%2Fapi%2Fv1%2Fexecutions%2Fx'],
    ['/api/v1/executions/', '/login?next=%2Fapi%2Fv1%2Fexecutions%2F'],
  ])('GET %s leads to the sign-in', async (path, location) => {
    const answer = await ask(app.url, 'GET', path, { headers: { cookie: 'user=tampered' } });
    expect([answer.status, answer.headers['location']]).toEqual([302, location]);
    expect(cookieOf(answer)).toMatch(/^user="";/);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is refused, without a challenge', async (method) => {
    const path = method === 'POST' ? '/api/v1/jobs' : '/api/v1/jobs/x';
    const answer = await ask(app.url, method, path);
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([403, undefined]);
  });

  it('the log is one made-up entry', async () => {
    const answer = await ask(app.url, 'GET', '/api/v1/logs');
    expect(answer.body).toEqual({
      logs: [
        {
          job_id: '',
          job_name: '',
          event: 'modified',
          user: '',
          created_time: '',
          description: expect.stringContaining('Login required!') as string,
        },
      ],
    });
  });

  it('Basic and tokens work as in the native API, and a viewer may only look', async () => {
    const viewer = `Basic ${Buffer.from(`acme-viewer:${PASSWORD}`).toString('base64')}`;
    expect((await ask(app.url, 'GET', '/api/v1/jobs', { headers: { authorization: viewer } })).status).toBe(200);
    const refused = await ask(app.url, 'PATCH', '/api/v1/jobs/x', { headers: { authorization: viewer } });
    expect(refused).toMatchObject({ status: 403, body: { error: expect.stringContaining('jobs:write') as string } });
  });
});
