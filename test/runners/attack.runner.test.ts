import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordedRun } from './support/recorded-run.js';
import { RunnersFixture } from './support/runners-fixture.js';

// Stands for the way to the other machine: keeps what it was called with, the key included, and runs the command here.
const SSH = `#!/bin/sh
log=$(dirname "$0")/log
printf '%s\\n' "$*" >>"$log"
while [ "$1" != -- ]; do [ "$1" = -i ] && cat "$2" >>"$log"; shift; done
shift 2
exec /bin/sh -c "$1"
`;
const PEM = '-----BEGIN OPENSSH PRIVATE KEY-----\nnot a real one\n-----END OPENSSH PRIVATE KEY-----';

let fixture: RunnersFixture;
let folder: string;
let temporary: string;
let server: Server;
let origin: string;
const seen: { method: string | undefined; type: string | undefined; custom: unknown; body: string }[] = [];
beforeAll(async () => {
  const [bin, tmp] = ['bin', 'tmp'];
  // The folder is known only once the fixture is made, and its environment before: so the PATH is that of a first fixture.
  const first = await RunnersFixture.create();
  folder = first.folder;
  temporary = join(folder, tmp);
  await mkdir(join(folder, bin));
  await mkdir(temporary);
  await writeFile(join(folder, bin, 'ssh'), SSH);
  await chmod(join(folder, bin, 'ssh'), 0o755);
  fixture = await RunnersFixture.create({
    environment: { PATH: `${join(folder, bin)}:${process.env['PATH'] ?? ''}`, TMPDIR: temporary },
  });
  closers.push(
    () => fixture.close(),
    () => first.close(),
  );
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => (body += String(bytes)));
    request.on('end', () => {
      const { method, headers } = request;
      seen.push({ method, type: headers['content-type'], custom: headers['x-custom-header'], body });
      response.writeHead(request.url === '/broken' ? 500 : 200).end('answer');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  for (const close of closers) await close();
});

const run = (name: string, parameters: Record<string, unknown>): RecordedRun =>
  RecordedRun.start(fixture.registry, { jobClass: `chaosmonkey.${name}`, parameters });

describe('ApiRequest', () => {
  const call = { payload: { test: '1' }, headers: { 'X-CUSTOM-HEADER': 'test' } };

  it('makes the call with a form, also with GET', async () => {
    const outcome = await run('api_request.ApiRequest', { endpoint: origin, method: 'GET', ...call }).done;
    expect(outcome).toMatchObject({ status: 'succeeded', result: { status: 200, body: 'answer' } });
    expect(seen.at(-1)).toEqual({
      method: 'GET',
      type: 'application/x-www-form-urlencoded',
      custom: 'test',
      body: 'test=1',
    });
  });

  it('takes any answer for a success, and no answer for a failure', async () => {
    const broken = await run('api_request.ApiRequest', { endpoint: `${origin}/broken`, method: 'POST', ...call }).done;
    expect(broken).toMatchObject({ status: 'succeeded', result: { status: 500 } });
    const nobody = await run('api_request.ApiRequest', { endpoint: 'http://127.0.0.1:1/', method: 'POST', ...call })
      .done;
    expect(nobody.status).toBe('failed');
  });

  it('keeps to the address rules of http jobs', async () => {
    const closed = await RunnersFixture.create({ httpAllows: () => false });
    const refused = await RecordedRun.start(closed.registry, {
      jobClass: 'chaosmonkey.api_request.ApiRequest',
      parameters: { endpoint: origin, method: 'GET', ...call },
    }).done;
    expect(refused).toMatchObject({ status: 'failed', error: { type: 'refused_address' } });
    await closed.close();
  });

  it.each([
    [{ endpoint: 'localhost:4500', method: 'GET', ...call }],
    [{ endpoint: 'http://localhost', method: 'no method', ...call }],
    [{ ...call, endpoint: 'http://localhost', method: 'GET', headers: { a: 1 } }],
    [{}],
  ])('fails with a reason for %j', async (parameters) => {
    const outcome = await run('api_request.ApiRequest', parameters).done;
    expect(outcome).toMatchObject({ status: 'failed', error: { type: 'invalid_arguments' } });
  });
});

describe('RunScript', () => {
  const parameters = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
    region: 'eu-west-1',
    local_script: join(folder, 'local script.sh'),
    remote_script: join(folder, "remote 'script'.sh"),
    filters: { 'private-ip-address': '10.0.0.7' },
    ssh: { user: 'ec2-user', pem: Buffer.from(PEM).toString('base64') },
    ...over,
  });

  it('carries the script over, runs it, keeps its output and leaves no key behind', async () => {
    await writeFile(join(folder, 'local script.sh'), '#!/bin/sh\necho attacked; echo trouble >&2; exit 3\n');
    const attack = run('run_script.RunScript', parameters());
    expect(await attack.done).toMatchObject({ status: 'failed', exitCode: 3, error: { type: 'exit_code' } });
    expect(attack.text('stdout')).toBe('attacked\n');
    expect(attack.text('stderr')).toBe('trouble\n');
    expect((await stat(join(folder, "remote 'script'.sh"))).mode & 0o777).toBe(0o700);
    const log = await readFile(join(folder, 'bin', 'log'), 'utf8');
    expect(log).toContain(PEM);
    expect(log).toContain('-l ec2-user -- 10.0.0.7 rm -f -- ');
    expect(await readdir(temporary)).toEqual([]);
  });

  it('fails when there is no such script, and runs nothing', async () => {
    const outcome = await run('run_script.RunScript', parameters({ local_script: '/no/such' })).done;
    expect(outcome).toMatchObject({ status: 'failed', error: { type: 'exit_code' } });
  });

  it.each([[{ 'tag:Name': 'playground-asg' }], [{}], [{ 'private-ip-address': '10.0.0.7', 'tag:Name': 'x' }]])(
    'says plainly that only AWS could find machines by %j',
    async (filters) => {
      const outcome = await run('run_script.RunScript', parameters({ filters })).done;
      expect(outcome).toMatchObject({ status: 'failed', error: { type: 'aws_not_configured' } });
      expect(outcome.error?.message).toContain('Nothing was run.');
    },
  );

  it.each([
    [{ filters: { 'private-ip-address': '-oProxyCommand=id' } }],
    [{ filters: { 'private-ip-address': [] } }],
    [{ filters: { 'private-ip-address': ['10.0.0.7', '$(id)'] } }],
    [{ ssh: { user: '-x', pem: Buffer.from(PEM).toString('base64') } }],
    [{ ssh: { user: 'ec2-user', pem: 'BASE64_STRING_PEM' } }],
    [{ ssh: null }],
    [{ local_script: '' }],
    [{ remote_script: 5 }],
  ])('refuses %j', async (over) => {
    const outcome = await run('run_script.RunScript', parameters(over)).done;
    expect(outcome).toMatchObject({ status: 'failed', error: { type: 'invalid_arguments' } });
  });
});

describe('the attacks on EC2', () => {
  it.each([
    'terminate_ec2_instance.TerminateEC2Instance',
    'terminate_ec2_instance_not_excluded.TerminateEC2InstanceNotExcluded',
  ])('%s fails and says why', async (name) => {
    const outcome = await run(name, { filters: { 'tag:Name': 'x' }, region: 'eu-west-1' }).done;
    expect(outcome).toMatchObject({ status: 'failed', error: { type: 'aws_not_configured' } });
    expect(outcome.error?.message).toContain('Nothing was terminated.');
  });
});
