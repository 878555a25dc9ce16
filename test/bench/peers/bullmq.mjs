// BullMQ on Redis or on PostgreSQL (`variant`). 100 jobs at a time; finished jobs are removed, which is its fastest setting.
import { createRequire } from 'node:module';
import { countdown, loops, pickup, serve, settings, settled, slices, timed } from './driver.mjs';

// Its ES module build has no entry that Node finds.
const { Queue, Worker, createPostgresBackend } = createRequire(import.meta.url)('bullmq');

const onPostgres = settings.variant === 'postgres';
const { hostname: host, port } = new URL(settings.redisUrl ?? 'redis://127.0.0.1:6379');
const connection = onPostgres
  ? { connectionString: settings.url, max: 32, migrate: true }
  : { host, port: Number(port || 6379), maxRetriesPerRequest: null };
const backend = onPostgres ? [createPostgresBackend] : [];
const queue = new Queue('bench', { connection, defaultJobOptions: { removeOnComplete: true } }, ...backend);
await queue.waitUntilReady();

const start = async (handler) => {
  const worker = new Worker('bench', handler, { connection, concurrency: 100, autorun: false }, ...backend);
  worker.on('error', () => undefined);
  await worker.waitUntilReady();
  return worker;
};
const load = async (jobs) => {
  for (const size of slices(jobs, 5000))
    await queue.addBulk(Array.from({ length: size }, (_, n) => ({ name: 'noop', data: { n } })));
};
const isEmpty = async () => {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized');
  return Object.values(counts).every((count) => count === 0);
};

serve({
  async pending({ jobs }) {
    await load(jobs);
    const { done, hit } = countdown(jobs);
    const worker = await start(async () => hit());
    const ms = await timed(async () => {
      void worker.run();
      await done;
      await settled(isEmpty);
    });
    await worker.close();
    return { ms };
  },
  async pickup(args) {
    const { started, measure } = pickup();
    const worker = await start(async (job) => started(job.data.n));
    void worker.run();
    const result = await measure(args, (n) => queue.add('noop', { n }));
    await worker.close();
    return result;
  },
  async enqueue(args) {
    const result = await loops(args, () => queue.add('noop', {}));
    await queue.obliterate({ force: true });
    return result;
  },
  async bulk({ rows }) {
    const ms = await timed(() => load(rows));
    await queue.obliterate({ force: true });
    return { ms };
  },
  close: () => queue.close(),
});
