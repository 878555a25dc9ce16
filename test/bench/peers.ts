// The competitors, each in a process of its own on a database of its own, started when the first part wants it.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Bench } from './bench.js';
import { peerVersion } from './machine.js';
import { BENCH } from './places.js';

/** What a driver in `peers/` can be told to do. */
export type Order = 'pending' | 'pickup' | 'enqueue' | 'bulk' | 'page' | 'shell';

interface PeerKind {
  readonly who: string;
  readonly program: string;
  /** The package that must be installed, or null for what Node brings. */
  readonly package: string | null;
  readonly variant: string;
  readonly needsRedis?: boolean;
}

export const GRAPHILE_TUNED = 'graphile-worker tuned';
export const BULLMQ_REDIS = 'BullMQ on Redis';
export const SPAWN_LOOP = 'plain spawn loop';
export const PLAIN_FASTIFY = 'plain Fastify with pg';

const KINDS: readonly PeerKind[] = [
  { who: GRAPHILE_TUNED, program: 'graphile-worker', package: 'graphile-worker', variant: 'tuned' },
  { who: 'graphile-worker', program: 'graphile-worker', package: 'graphile-worker', variant: 'default' },
  { who: BULLMQ_REDIS, program: 'bullmq', package: 'bullmq', variant: 'redis', needsRedis: true },
  { who: 'BullMQ on PostgreSQL', program: 'bullmq', package: 'bullmq', variant: 'postgres' },
  { who: 'pg-boss', program: 'pg-boss', package: 'pg-boss', variant: 'work' },
  { who: 'pg-boss fetch loop', program: 'pg-boss', package: 'pg-boss', variant: 'loop' },
  { who: 'agenda', program: 'agenda', package: 'agenda', variant: 'default' },
];

/** Peers at their defaults that keep their jobs in PostgreSQL. */
export const POSTGRES_DEFAULTS = ['graphile-worker', 'BullMQ on PostgreSQL', 'pg-boss', 'agenda'];

/** A competitor that is running. */
export class Peer {
  private constructor(
    readonly who: string,
    private readonly child: ChildProcess,
    private readonly orders: readonly string[],
  ) {}

  static async start(
    bench: Bench,
    who: string,
    program: string,
    settings: Readonly<Record<string, unknown>>,
  ): Promise<Peer> {
    // A driver's own warnings belong on the terminal; its output does not.
    const child = fork(join(BENCH, 'peers', `${program}.mjs`), [JSON.stringify(settings)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const { orders } = (await answerOf(child, who)) as { orders: string[] };
    const peer = new Peer(who, child, orders);
    bench.atEnd(() => peer.close());
    return peer;
  }

  can(order: Order): boolean {
    return this.orders.includes(order);
  }

  /** Has it do something; answers its figures. Throws with what the driver threw. */
  async tell<T>(order: Order, args: Readonly<Record<string, number>>): Promise<T> {
    this.child.send({ order, args });
    return (await answerOf(this.child, this.who)) as T;
  }

  private async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.send({ order: 'close', args: {} });
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(timer);
  }
}

async function answerOf(child: ChildProcess, who: string): Promise<unknown> {
  const gone = new AbortController();
  try {
    const [message] = (await Promise.race([
      once(child, 'message', { signal: gone.signal }),
      once(child, 'exit', { signal: gone.signal }).then(() => [{ error: 'its process ended' }]),
    ])) as [{ result?: unknown; error?: string }];
    if (message.error !== undefined) throw new Error(`${who}: ${message.error}`);
    return message.result;
  } finally {
    gone.abort();
  }
}

const started = new WeakMap<Bench, Map<string, Peer | null>>();

/** The queues and schedulers that can take part in `order`. What is missing is said once, in plain words. */
export async function peersFor(bench: Bench, order: Order): Promise<Peer[]> {
  const known = started.get(bench) ?? new Map<string, Peer | null>();
  started.set(bench, known);
  for (const kind of KINDS) {
    if (known.has(kind.who) || !bench.wants(kind.who)) continue;
    known.set(kind.who, await startKind(bench, kind));
  }
  return [...known.values()].filter((peer) => peer !== null).filter((peer) => peer.can(order));
}

async function startKind(
  bench: Bench,
  { who, program, package: name, variant, needsRedis = false }: PeerKind,
): Promise<Peer | null> {
  if (name !== null && peerVersion(name) === null) {
    console.log(`Skipped: ${who}, because ${name} is not installed (npm --prefix test/bench install).`);
    return null;
  }
  if (needsRedis && bench.redisUrl === null) {
    console.log(`Skipped: ${who}, because there is no redis-server and no REDIS_URL.`);
    return null;
  }
  const url = needsRedis ? null : await bench.newDatabase(who);
  try {
    return await Peer.start(bench, who, program, { url, redisUrl: bench.redisUrl, variant });
  } catch (error) {
    console.log(`Left out: ${(error as Error).message}`);
    return null;
  }
}
