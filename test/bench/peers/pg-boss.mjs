// pg-boss. `work`: its own worker with batches of 1,000, because with the defaults it takes one job every two seconds. `loop`: four loops of
// fetch(100) and complete, the fastest way to use it. Finished jobs stay until its maintenance archives them.
import PgBoss from 'pg-boss';
import { countdown, loops, pause, pickup, serve, settings, slices, timed } from './driver.mjs';

const QUEUE = 'bench';
const FETCHERS = 4;
const boss = new PgBoss({ connectionString: settings.url, max: 32, supervise: false, schedule: false });
boss.on('error', () => undefined);
await boss.start();
await boss.createQueue(QUEUE);

const load = async (jobs) => {
  for (const size of slices(jobs, 5000))
    await boss.insert(Array.from({ length: size }, (_, n) => ({ name: QUEUE, data: { n } })));
};
const clear = () => boss.purgeQueue(QUEUE);

async function fetchAll(jobs) {
  const { done, hit } = countdown(jobs);
  let isOver = false;
  const fetchers = Array.from({ length: FETCHERS }, async () => {
    while (!isOver) {
      const batch = await boss.fetch(QUEUE, { batchSize: 100 });
      if (batch.length === 0) await pause(5);
      else
        await boss.complete(
          QUEUE,
          batch.map((job) => job.id),
        );
      hit(batch.length);
    }
  });
  await done;
  isOver = true;
  await Promise.all(fetchers);
}

async function workAll(jobs) {
  const { done, hit } = countdown(jobs);
  await boss.work(QUEUE, { batchSize: 1000, pollingIntervalSeconds: 0.5 }, async (batch) => hit(batch.length));
  await done;
  // Waits for the completion of the last batch.
  await boss.offWork(QUEUE, { wait: true });
}

serve({
  async pending({ jobs }) {
    await load(jobs);
    return { ms: await timed(() => (settings.variant === 'loop' ? fetchAll(jobs) : workAll(jobs))) };
  },
  ...(settings.variant === 'loop'
    ? {}
    : {
        async pickup(args) {
          const { started, measure } = pickup();
          await boss.work(QUEUE, { pollingIntervalSeconds: 0.5 }, async ([job]) => started(job.data.n));
          const result = await measure(args, (n) => boss.send(QUEUE, { n }));
          await boss.offWork(QUEUE);
          return result;
        },
        async enqueue(args) {
          const result = await loops(args, () => boss.send(QUEUE, {}));
          await clear();
          return result;
        },
        async bulk({ rows }) {
          const ms = await timed(() => load(rows));
          await clear();
          return { ms };
        },
      }),
  close: () => boss.stop({ graceful: false, wait: true }),
});
