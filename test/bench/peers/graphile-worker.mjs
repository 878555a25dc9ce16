// graphile-worker. `default`: 24 jobs at a time, one statement for each fetch and each completion. `tuned`: local queue of 500 and batched
// completion besides, as its own performance page has it. It keeps no history: a finished job is deleted.
import { Logger, makeWorkerUtils, run, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { countdown, loops, pickup, serve, settings, settled, slices, timed } from './driver.mjs';

const pgPool = new pg.Pool({ connectionString: settings.url, max: 32 });
pgPool.on('error', () => undefined);
pgPool.on('connect', (client) => client.on('error', () => undefined));
const logger = new Logger(() => () => undefined);
const tuned = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };
const preset = {
  worker: { concurrentJobs: 24, ...(settings.variant === 'tuned' ? tuned : {}) },
};
await runMigrations({ pgPool, logger });
const utils = await makeWorkerUtils({ pgPool, logger });

const isEmpty = async () =>
  (await pgPool.query('SELECT 1 FROM graphile_worker._private_jobs LIMIT 1')).rows.length === 0;
const start = (noop) => run({ pgPool, logger, preset, noHandleSignals: true, taskList: { noop } });
const load = async (jobs) => {
  for (const size of slices(jobs, 5000))
    await utils.addJobs(Array.from({ length: size }, (_, n) => ({ identifier: 'noop', payload: { n } })));
};
const clear = () => pgPool.query('DELETE FROM graphile_worker._private_jobs');

serve({
  async pending({ jobs }) {
    await load(jobs);
    const { done, hit } = countdown(jobs);
    let runner;
    const ms = await timed(async () => {
      runner = await start(() => hit());
      await done;
      await settled(isEmpty);
    });
    await runner.stop();
    return { ms };
  },
  async pickup(args) {
    const { started, measure } = pickup();
    const runner = await start(({ n }) => started(n));
    const result = await measure(args, (n) => utils.addJob('noop', { n }));
    await runner.stop();
    return result;
  },
  async enqueue(args) {
    const result = await loops(args, () => utils.addJob('noop', {}));
    await clear();
    return result;
  },
  async bulk({ rows }) {
    const ms = await timed(() => load(rows));
    await clear();
    return { ms };
  },
  async close() {
    await utils.release();
    await pgPool.end();
  },
});
