// A worker that is killed and stopped, over all its lives: an agent on its own, or a server that carries an executor.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DispatchPool } from '../../src/database/dispatch-pool.js';
import { WorkQueue } from '../../src/executions/work-queue.service.js';
import type { Fleet } from '../fleet/fleet.js';
import { anEnd } from '../support/engine.js';
import { temporaryFolder } from '../support/run-folder.js';
import { until } from '../support/until.js';
import { startPersistently } from './supervised-server.js';

/** A run as a worker holds it. */
export interface HeldRun {
  readonly id: string;
  readonly agentId: string;
  readonly fence: number;
}

/** One worker. */
export interface TrialWorker {
  readonly kind: 'agent' | 'server';
  readonly tag: string;
  /** Of its present life. */
  readonly pid: number;
  /** Id of its present life in `agents`. */
  agentId(): Promise<string>;
  logs(): string;
  /** Begins a new life; the last one has ended. */
  restart(): Promise<void>;
  /** Says of a run what its worker would say, in the words of that worker: progress, output and the end. True: all of it was refused. */
  speakForTheDead(run: HeldRun): Promise<boolean>;
  /** Ends it for good. */
  close(): Promise<void>;
}

const SLOTS = 8;

/** An agent over HTTP. */
export async function trialAgent(fleet: Fleet, tags: string, tag: string): Promise<TrialWorker> {
  let dataDir = '';
  const start = async () => {
    dataDir = await temporaryFolder('trial-agent');
    return fleet.startAgent('carillon', { name: tag, tags: `${tags},${tag}`, slots: SLOTS, dataDir });
  };
  let agent = await start();
  const agentId = () => onlineAgent(fleet, tag);
  await agentId();
  return {
    kind: 'agent',
    tag,
    get pid() {
      return agent.pid;
    },
    agentId,
    logs: () => agent.logs(),
    restart: async () => {
      await agent.exited;
      agent = await start();
      await agentId();
    },
    speakForTheDead: async (run) => {
      const { credential } = JSON.parse(await readFile(join(dataDir, 'identity.json'), 'utf8')) as {
        credential: string;
      };
      const { id, fence } = run;
      const at = new Date().toISOString();
      const words: [string, object][] = [
        ['reports', { runs: [{ id, fence, pid: 1, startedAt: at, percent: 50, message: 'late' }] }],
        ['logs', { pieces: [{ id, fence, seq: 1_000, stream: 'stdout', at, text: 'late\n' }] }],
        [
          'complete',
          {
            ends: [
              {
                id,
                fence,
                status: 'succeeded',
                exitCode: 0,
                result: null,
                error: null,
                pid: 1,
                startedAt: at,
                finishedAt: at,
              },
            ],
          },
        ],
      ];
      const answers = await Promise.all(
        words.map(([path, body]) =>
          fleet.call('POST', `/api/v2/agents/${run.agentId}/${path}`, body, `Bearer ${credential}`),
        ),
      );
      return answers.every(({ status }) => status === 409);
    },
    close: async () => {
      agent.signal('SIGKILL');
      await agent.exited;
    },
  };
}

/** A server with the role worker, whose words are statements. */
export async function trialServer(fleet: Fleet, tags: string, tag: string, leaseSeconds: number): Promise<TrialWorker> {
  const env = {
    ...{
      DATABASE_URL: fleet.databaseUrl,
      ROLES: 'api,worker',
      AUTH: 'off',
      LOG_LEVEL: 'warn',
      DATABASE_POOL_SIZE: '1',
    },
    ...{ LEASE_SECONDS: String(leaseSeconds), WORKER_TAGS: `${tags},${tag}`, WORKER_SLOTS: String(SLOTS) },
  };
  let server = await startPersistently(env);
  const agentId = () => onlineAgent(fleet, tag);
  await agentId();
  return {
    kind: 'server',
    tag,
    get pid() {
      return server.pid;
    },
    agentId,
    logs: () => server.logs(),
    restart: async () => {
      await server.exited;
      server = await startPersistently(env);
      await agentId();
    },
    speakForTheDead: async (run) => {
      const pool = new DispatchPool(fleet.databaseUrl, 1);
      try {
        const queue = new WorkQueue(pool);
        const { id, fence } = run;
        const progress = { id, fence, pid: 1, startedAt: new Date(), percent: 50, message: 'late' };
        const kept = await queue.report(run.agentId, [progress]);
        await queue.appendLogs(run.agentId, [
          { id, fence, seq: 1_000, stream: 'stdout', at: new Date(), text: 'late\n' },
        ]);
        const late = await fleet.sql(`SELECT 1 FROM execution_logs WHERE execution_id = $1 AND text = $2`, [
          id,
          'late\n',
        ]);
        const ended = await queue.finish(run.agentId, [anEnd({ id, fence, gateId: null })]);
        return kept.size === 0 && late.length === 0 && ended.size === 0;
      } finally {
        await pool.close();
      }
    },
    close: async () => {
      await server.kill9();
    },
  };
}

function onlineAgent(fleet: Fleet, tag: string): Promise<string> {
  return until(
    `the worker ${tag} is online`,
    async () => {
      const [row] = await fleet.sql<{ id: string }>(
        `SELECT id FROM agents WHERE state = 'online' AND $1 = ANY (tags) ORDER BY id DESC LIMIT 1`,
        [tag],
      );
      return row?.id;
    },
    40_000,
  );
}
