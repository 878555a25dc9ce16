import { setTimeout as wait } from 'node:timers/promises';
import type { Bench } from './bench.js';
import { CarillonServer } from './carillon-server.js';
import type { Part } from './part.js';
import { cpuMs, residentMb } from './process-figures.js';
import { atMost, medianOf, OURS, type Goal, type Row } from './report.js';
import { figure } from './statistics.js';

const SETTLE_MS = 3_000;
/** Longer than half the sweep's horizon, so that a sweep is in it. */
const CPU_WINDOW_MS = 32_000;
const MOST_ROUNDS = 3;

interface Figures {
  readonly bootMs: number[];
  readonly memoryMb: number[];
  readonly cpuPercent: number;
}

/** Triggers that have nothing to do. */
export const idleTriggersPart: Part = {
  name: 'idle',
  about: 'triggers that are not due: added boot time and memory, idle CPU',
  async run(bench) {
    const rows: Row[] = [];
    const goals: Goal[] = [];
    const record = (count: number, { bootMs, memoryMb, cpuPercent }: Figures): void => {
      const what = `${count.toLocaleString('en-US')} idle`;
      rows.push({ what: `${what}, boot until ready`, who: OURS, unit: 'ms', values: bootMs });
      rows.push({ what: `${what}, memory`, who: OURS, unit: 'MiB', values: memoryMb });
      rows.push({ what: `${what}, CPU of the server`, who: OURS, unit: '% of a core', values: [cpuPercent] });
    };
    record(0, await measured(bench, 0));
    for (const count of bench.options.idleTriggers) {
      record(count, await measured(bench, count));
      const what = `${count.toLocaleString('en-US')} idle`;
      const added = (name: string) =>
        medianOf(rows, `${what}, ${name}`, OURS) - medianOf(rows, `0 idle, ${name}`, OURS);
      goals.push(atMost(`${what}: added boot time under 2 s`, added('boot until ready'), 2_000, 'ms'));
      goals.push(atMost(`${what}: added memory under 50 MB`, added('memory'), 50, 'MiB'));
      goals.push(
        atMost(`${what}: CPU under 2 % of a core`, medianOf(rows, `${what}, CPU of the server`, OURS), 2, '%'),
      );
    }
    return {
      title: 'Idle triggers',
      measured:
        'Hourly cron triggers of a thousand jobs, due between two and 26 hours ahead. Boot: from the start of the process until it says that it is ready, ' +
        `migrated before. Memory: resident, ${SETTLE_MS / 1000} s later. CPU: user and system time of the server process over ${CPU_WINDOW_MS / 1000} s, one sweep included.`,
      rows,
      goals,
    };
  },
};

async function measured(bench: Bench, count: number): Promise<Figures> {
  const url = await bench.newDatabase('idle');
  const first = await CarillonServer.start(bench, url);
  if (count > 0) await write(first, count);
  await first.stop();
  const bootMs: number[] = [];
  const memoryMb: number[] = [];
  let cpuPercent = NaN;
  const rounds = Math.min(bench.options.rounds, MOST_ROUNDS);
  for (let round = 1; round <= rounds; round++) {
    const server = await CarillonServer.start(bench, url);
    bootMs.push(server.bootMs);
    await wait(SETTLE_MS);
    memoryMb.push(await residentMb(server.pid));
    if (round === rounds) {
      const before = await cpuMs(server.pid);
      await wait(CPU_WINDOW_MS);
      cpuPercent = (((await cpuMs(server.pid)) - before) / CPU_WINDOW_MS) * 100;
    }
    await server.stop();
  }
  console.log(
    `  ${count}: boot ${figure(bootMs[0] ?? NaN)} ms, ${figure(memoryMb[0] ?? NaN)} MiB, ${figure(cpuPercent)} % CPU`,
  );
  return { bootMs, memoryMb, cpuPercent };
}

async function write(server: CarillonServer, count: number): Promise<void> {
  const template = await server.newJob('template', 'noop');
  await server.rows(
    `INSERT INTO jobs (id, tenant_id, name, job_class, queue_id, created_by)
     SELECT gen_random_uuid(), tenant_id, 'idle ' || n, job_class, queue_id, 'bench' FROM jobs, generate_series(1, 1000) n WHERE id = $1`,
    [template],
  );
  await server.rows(
    `INSERT INTO triggers (id, tenant_id, job_id, kind, spec, next_fire_at, created_by)
     SELECT gen_random_uuid(), j.tenant_id, j.id, 'cron', '{"expression":"0 * * * *"}', now() + interval '2 hours' + random() * interval '1 day', 'bench'
       FROM generate_series(1, $1::int) n JOIN (SELECT id, tenant_id, row_number() OVER () AS k FROM jobs WHERE name LIKE 'idle %') j ON j.k = 1 + n % 1000`,
    [count],
  );
  await server.rows('VACUUM ANALYZE triggers');
}
