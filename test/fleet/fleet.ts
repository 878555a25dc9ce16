// A server as its users start it, which can be restarted on its port, an HTTP proxy that loses answers, and agents as processes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { createServer as createSocket, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { temporaryFolder } from '../support/run-folder.js';
import { startServer, type ServerProcess } from '../support/server-process.js';
import { createTestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const PASSWORD = 'correct: horse battery';
const ADMIN = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;

/** The agents that the same tests are run over. */
export const AGENT_KINDS = { carillon: 'dist/src/bin/agent.js', python: 'docs/examples/agents/agent.py' } as const;
export type AgentKind = keyof typeof AGENT_KINDS;

/** An agent in a process of its own. */
export interface AgentProcess {
  readonly pid: number;
  logs(): string;
  signal(name: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
}

/** What an execution says of itself. */
export interface Outcome {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly attempt: number;
  readonly exitCode: number | null;
  readonly agentId: string | null;
}

/** A server with its agents. */
export interface Fleet {
  /** Through the proxy that can lose answers. */
  readonly url: string;
  /** For further servers on the same database. */
  readonly databaseUrl: string;
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  call(
    method: string,
    path: string,
    body?: unknown,
    authorization?: string,
  ): Promise<{ status: number; body: unknown }>;
  joinToken(): Promise<string>;
  startAgent(kind: AgentKind, options?: AgentOptions): Promise<AgentProcess>;
  /** Makes a shell job and runs it; answers the execution. */
  shell(command: string, job?: object): Promise<string>;
  read(id: string): Promise<Outcome>;
  output(id: string): Promise<string>;
  ends(id: string, deadlineMs?: number): Promise<Outcome>;
  printed(id: string, text: string): Promise<void>;
  /** The server does what the next request whose path ends so asks for, and its answer is lost. Resolves when that has happened. */
  loseAnswer(pathEnd: string): Promise<void>;
  restartServer(signal?: NodeJS.Signals): Promise<void>;
  close(): Promise<void>;
}

/** How an agent is started. */
export interface AgentOptions {
  readonly name?: string;
  readonly tags?: string;
  readonly slots?: number;
  /** Default: a new join token. */
  readonly token?: string;
  readonly dataDir?: string;
}

/** Starts the server. To be closed. */
export async function startFleet(leaseSeconds: number): Promise<Fleet> {
  const database = await createTestDatabase();
  const port = await freePort();
  const dataDir = await temporaryFolder('fleet');
  const env = {
    DATABASE_URL: database.url,
    PORT: String(port),
    DATA_DIR: dataDir,
    ROLES: 'api,scheduler',
    AUTH: 'on',
    ADMIN_PASSWORD: PASSWORD,
    LEASE_SECONDS: String(leaseSeconds),
  };
  let server: ServerProcess = await startServer({ env });
  const proxy = new AnswerLoser(port);
  const url = await proxy.listen();
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  const agents: AgentProcess[] = [];

  const call: Fleet['call'] = async (method, path, body, authorization = ADMIN) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  const made = async <T>(path: string, body: unknown): Promise<T> => {
    const answer = await call('POST', path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  };
  const sql: Fleet['sql'] = async (text, values = []) => (await pool.query(text, values)).rows as never;
  const joinToken = async (): Promise<string> =>
    (await made<{ token: string }>('/api/v2/agent-join-tokens', { name: 'test' })).token;
  const read = async (id: string): Promise<Outcome> => {
    const [row] = await sql<Outcome & pg.QueryResultRow>(
      `SELECT e.id, coalesce(e.state, l.state) AS state, e.reason, coalesce(l.attempt, e.attempt) AS attempt, e.exit_code AS "exitCode",
              coalesce(e.agent_id, l.agent_id) AS "agentId"
         FROM executions e LEFT JOIN live_runs l ON l.id = e.id WHERE e.id = $1`,
      [id],
    );
    if (!row) throw new Error(`there is no execution ${id}`);
    return row;
  };
  const output = async (id: string): Promise<string> =>
    (await sql<{ text: string }>('SELECT text FROM execution_logs WHERE execution_id = $1 ORDER BY attempt, seq', [id]))
      .map(({ text }) => text)
      .join('');
  return {
    url,
    databaseUrl: database.url,
    sql,
    call,
    joinToken,
    read,
    output,
    startAgent: async (kind, options = {}) => {
      const agent = await spawnAgent(kind, url, { ...options, token: options.token ?? (await joinToken()) });
      agents.push(agent);
      return agent;
    },
    shell: async (command, job = {}) => {
      const { id } = await made<{ id: string }>('/api/v2/jobs', {
        name: 'j',
        jobClass: 'shell',
        args: [command],
        ...job,
      });
      return (await made<{ id: string }>(`/api/v2/jobs/${id}/run`, {})).id;
    },
    ends: (id, deadlineMs = 15_000) =>
      until(
        `the run ${id} has ended`,
        async () => {
          const [live] = await sql('SELECT 1 FROM live_runs WHERE id = $1', [id]);
          return live ? undefined : read(id);
        },
        deadlineMs,
      ),
    printed: async (id, text) => {
      await until(`${text} was printed`, async () => (await output(id)).includes(text), 15_000);
    },
    loseAnswer: (pathEnd) => proxy.loseNext(pathEnd),
    restartServer: async (signal = 'SIGTERM') => {
      await server.stop(signal);
      server = await startServer({ env });
    },
    close: async () => {
      for (const agent of agents) {
        agent.signal('SIGCONT');
        agent.signal('SIGKILL');
        await agent.exited;
      }
      await proxy.close();
      await server.stop();
      await pool.end();
      await database.drop();
    },
  };
}

/** Passes requests on to the server; the answer to one of them can be lost. */
class AnswerLoser {
  private readonly server: Server;
  private lost: { pathEnd: string; done: () => void } | null = null;

  constructor(private readonly port: number) {
    this.server = createServer((incoming, outgoing) => {
      const { method, url, headers } = incoming;
      const onward = request({ host: '127.0.0.1', port: this.port, method, path: url, headers }, (answer) => {
        const lost = this.lost;
        if (lost !== null && url?.endsWith(lost.pathEnd) === true && (answer.statusCode ?? 0) < 300) {
          this.lost = null;
          answer.resume().once('end', () => {
            outgoing.destroy();
            lost.done();
          });
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      outgoing.on('close', () => onward.destroy());
      incoming.pipe(onward);
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  loseNext(pathEnd: string): Promise<void> {
    return new Promise((done) => (this.lost = { pathEnd, done }));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

async function spawnAgent(
  kind: AgentKind,
  url: string,
  { name = kind, tags = '', slots = 4, token = '', dataDir }: AgentOptions,
): Promise<AgentProcess> {
  const program = join(REPOSITORY, AGENT_KINDS[kind]);
  const options = ['--url', url, '--token', token, '--name', name, '--tags', tags, '--slots', String(slots)];
  const folder = dataDir ?? (await temporaryFolder('agent'));
  const command =
    kind === 'python'
      ? ['python3', program, ...options]
      : [process.execPath, program, ...options, '--data-dir', folder];
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(command[0] ?? '', command.slice(1), {
    env: { PATH, HOME, TMPDIR },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let logs = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (logs += chunk));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return { pid: child.pid ?? 0, logs: () => logs, signal: (signal) => void child.kill(signal), exited };
}

/** A TCP port of this machine that nobody uses just now. */
export async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  socket.close();
  await once(socket, 'close');
  return port;
}
