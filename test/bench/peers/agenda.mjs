// agenda on PostgreSQL, with its defaults. It has no call that adds many jobs at once.
import { PostgresBackend } from '@agendajs/postgres-backend';
import { Agenda } from 'agenda';
import pg from 'pg';
import { countdown, loops, pickup, serve, settings, timed } from './driver.mjs';

const pool = new pg.Pool({ connectionString: settings.url, max: 32 });
const agenda = new Agenda({ backend: new PostgresBackend({ pool }) });
agenda.on('error', () => undefined);
await agenda.ready;

let handler = () => undefined;
agenda.define('noop', async (job) => handler(job.attrs.data));
const clear = () => pool.query('DELETE FROM agenda_jobs');

serve({
  async pending({ jobs }) {
    let left = jobs;
    await Promise.all(
      Array.from({ length: 32 }, async () => {
        while (left-- > 0) await agenda.now('noop', {});
      }),
    );
    const { done, hit } = countdown(jobs);
    const onSuccess = () => hit();
    // Told after the end of the job was saved.
    agenda.on('success', onSuccess);
    const ms = await timed(async () => {
      await agenda.start();
      await done;
    });
    agenda.off('success', onSuccess);
    await agenda.stop();
    await clear();
    return { ms };
  },
  async pickup(args) {
    const { started, measure } = pickup();
    handler = ({ n }) => started(n);
    await agenda.start();
    const result = await measure(args, (n) => agenda.now('noop', { n }));
    handler = () => undefined;
    await agenda.stop();
    await clear();
    return result;
  },
  async enqueue(args) {
    const result = await loops(args, () => agenda.now('noop', {}));
    await clear();
    return result;
  },
  async close() {
    await agenda.stop();
    await pool.end();
  },
});
