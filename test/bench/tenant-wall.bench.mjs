// What the tenant door costs: requests per second and CPU time per request with it and without it, side by side in one run.
// Two servers (separate processes) on one embedded PostgreSQL take turns; each figure is the median of the rounds.
// Usage, on the build: npx nest build && node test/bench/tenant-wall.bench.mjs [rounds] [seconds per round]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CONNECTIONS = 32;
const TAGS = 200;

if (process.argv[2] === 'server') await serve(process.argv[3], process.argv[4] === 'walled');
else await measure(Number(process.argv[2] ?? 9), Number(process.argv[3] ?? 2) * 1000);

/** One server. Without the wall its pool makes plain connections, as if the door had never been built. */
async function serve(url, isWalled) {
  const { createApp } = await import('../../dist/src/app.setup.js');
  const { parseConfig } = await import('../../dist/src/config/config.js');
  const { TenantsService } = await import('../../dist/src/tenancy/tenants.service.js');
  const { Database } = await import('../../dist/src/database/database.js');
  const { default: pg } = await import('pg');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const config = parseConfig({ ROLES: 'api', PORT: '0', DEMO: 'false', LOG_LEVEL: 'fatal' }, root);
  const app = await createApp(config, { url, directUrl: url, poolSize: 10 });
  await app.get(TenantsService).ensureDefault();
  await app.listen(0, '127.0.0.1');
  if (!isWalled) {
    const pool = app.get(Database).manager.connection.driver.master;
    pool.Client = pg.Client;
    (await pool.connect()).release(true);
  }
  process.on('message', async (order) => {
    if (order === 'cpu') return process.send(process.cpuUsage());
    await app.close();
    process.disconnect();
  });
  process.send({ port: app.getHttpServer().address().port });
}

async function measure(rounds, roundMs) {
  const { acquireEmbeddedPostgres } = await import('../../dist/src/database/embedded/embedded-postgres.js');
  const { migrate } = await import('../../dist/src/database/migrate.js');
  const dataDir = await mkdtemp(join(tmpdir(), 'carillon-wall-bench-'));
  const postgres = await acquireEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    settings: { fsync: 'off', synchronous_commit: 'off' },
  });
  try {
    await migrate(postgres.url);
    const servers = { plain: await start(postgres.url, 'plain'), walled: await start(postgres.url, 'walled') };
    for (let i = 0; i < TAGS; i++) await call(servers.plain, 'POST', '/api/v2/tags', { name: `tag ${i}` });
    const { id } = JSON.parse(await call(servers.plain, 'POST', '/api/v2/jobs', { name: 'a job', jobClass: 'noop' }));
    let made = 0;
    const cases = {
      'GET a job (2 statements)': ['GET', () => `/api/v2/jobs/${id}`],
      'GET 50 tags (1 statement)': ['GET', () => '/api/v2/tags?limit=50'],
      'POST a tag (transaction and read)': ['POST', () => '/api/v2/tags', () => ({ name: `made ${made++}` })],
    };
    for (const [name, request] of Object.entries(cases)) {
      const results = { plain: [], walled: [] };
      for (let round = 0; round <= rounds; round++) {
        const order = round % 2 === 0 ? ['plain', 'walled'] : ['walled', 'plain'];
        for (const kind of order) {
          const result = await load(servers[kind], roundMs, ...request);
          if (round > 0) results[kind].push(result);
        }
      }
      const [plain, walled] = [results.plain, results.walled].map((list) => ({
        rate: median(list.map((r) => r.perSecond)),
        cpu: median(list.map((r) => r.cpuUs)),
      }));
      const ratios = results.plain.map((r, i) => results.walled[i].perSecond / r.perSecond);
      console.log(
        `${name.padEnd(34)} without ${plain.rate.toFixed(0)}/s ${plain.cpu.toFixed(0)} µs CPU · with ${walled.rate.toFixed(0)}/s ${walled.cpu.toFixed(0)} µs CPU · ` +
          `ratio of the rates, median of ${rounds} pairs: ${median(ratios).toFixed(3)}`,
      );
    }
    for (const { child, agent } of Object.values(servers)) {
      agent.destroy();
      const ended = once(child, 'exit');
      child.send('stop');
      await ended;
    }
  } finally {
    await postgres.release();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function start(url, kind) {
  const child = fork(fileURLToPath(import.meta.url), ['server', url, kind]);
  const [{ port }] = await once(child, 'message');
  return { child, port, agent: new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS }) };
}

/** CPU time of the server process alone, without PostgreSQL. */
async function cpuUs({ child }) {
  child.send('cpu');
  const [{ user, system }] = await once(child, 'message');
  return user + system;
}

async function load(server, roundMs, method, path, body = () => undefined) {
  const cpuBefore = await cpuUs(server);
  const began = performance.now();
  let done = 0;
  const loop = async () => {
    while (performance.now() - began < roundMs) {
      await call(server, method, path(), body());
      done++;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, loop));
  const seconds = (performance.now() - began) / 1000;
  return { perSecond: done / seconds, cpuUs: ((await cpuUs(server)) - cpuBefore) / done };
}

function call({ port, agent }, method, path, body) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers =
      text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const request = http.request({ host: '127.0.0.1', port, agent, method, path, headers }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (chunk) => (answer += chunk));
      response.on('end', () => (response.statusCode < 300 ? resolve(answer) : reject(new Error(answer))));
    });
    request.on('error', reject).end(text);
  });
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
