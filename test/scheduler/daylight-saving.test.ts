// What daylight saving takes from a trigger is accounted for like everything else that does not run.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TriggerInputDto } from '../../src/jobs/trigger-input.dto.js';
import { startEngine, type Engine } from '../support/engine.js';
import { startReplica, type RunningReplica } from '../support/replica.js';
import { until } from '../support/until.js';

let engine: Engine;
const running: RunningReplica[] = [];
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(async () => {
  for (const replica of running) await replica.close();
  await engine.close();
});

/** A trigger of 02:30 in Berlin that was armed at `armedAt`, and would have fired first at `next` and last early in November 2025. */
async function aTriggerOf2025(over: Partial<TriggerInputDto>, armedAt: string, next: string): Promise<string> {
  const trigger: TriggerInputDto = {
    ...{ kind: 'cron', expression: '30 2 * * *', timeZone: 'Europe/Berlin', dstGap: 'skip' },
    ...{ misfirePolicy: 'skip', misfireGraceSeconds: 0, ...over },
  };
  const made = await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop', triggers: [trigger] }));
  const id = made.triggers[0]?.id ?? '';
  await engine.sql(
    `UPDATE triggers SET armed_at = $2, next_fire_at = $3, end_at = '2025-11-05T00:00:00Z' WHERE id = $1`,
    [...[id, armedAt, next]],
  );
  return id;
}

/** How many rows there are of each kind, and at which instants daylight saving skipped one. */
async function ledgerOf(id: string): Promise<{ rows: Record<string, number>; skipped: string[] }> {
  const rows = await engine.sql<{ what: string; at: Date }>(
    `SELECT state || ' ' || reason AS what, scheduled_for AS at FROM executions WHERE trigger_id = $1 ORDER BY scheduled_for`,
    [id],
  );
  const kinds = [...new Set(rows.map(({ what }) => what))].sort();
  return {
    rows: Object.fromEntries(kinds.map((kind) => [kind, rows.filter(({ what }) => what === kind).length])),
    skipped: rows.filter(({ what }) => what.startsWith('skipped')).map(({ at }) => at.toISOString()),
  };
}

it('writes a skipped row for each time in a gap and each showing that was not chosen', async () => {
  const year = ['2025-02-28T12:00:00Z', '2025-03-01T01:30:00Z'] as const;
  const first = await aTriggerOf2025({}, ...year);
  const second = await aTriggerOf2025({ dstGap: 'shift', dstOverlap: 'second' }, ...year);
  const complete = await aTriggerOf2025({ dstGap: 'run_at_transition', dstOverlap: 'both' }, ...year);
  // In the gap its first time stands where its second one runs.
  const met = await aTriggerOf2025({ expression: '30 2,3 * * *' }, ...year);
  const sinceJune = await aTriggerOf2025({}, '2025-06-01T00:00:00Z', '2025-06-01T00:30:00Z');
  running.push(...(await Promise.all([startReplica(engine), startReplica(engine)])));
  for (const id of [first, second, complete, met, sinceJune])
    await until('it has ended', async () => {
      const rows = await engine.sql('SELECT 1 FROM triggers WHERE id = $1 AND next_fire_at IS NULL', [id]);
      return rows.length === 1;
    });
  // From 1 March to 4 November, 249 days.
  expect(await ledgerOf(first)).toEqual({
    rows: { 'missed misfire_skipped': 248, 'skipped dst_gap': 1, 'skipped dst_overlap': 1 },
    skipped: ['2025-03-30T01:30:00.000Z', '2025-10-26T01:30:00.000Z'],
  });
  expect(await ledgerOf(second)).toEqual({
    rows: { 'missed misfire_skipped': 249, 'skipped dst_overlap': 1 },
    skipped: ['2025-10-26T00:30:00.000Z'],
  });
  expect(await ledgerOf(complete)).toEqual({ rows: { 'missed misfire_skipped': 250 }, skipped: [] });
  expect(await ledgerOf(met)).toEqual({
    rows: { 'missed misfire_skipped': 248 + 249, 'skipped dst_overlap': 1 },
    skipped: ['2025-10-26T01:30:00.000Z'],
  });
  expect((await ledgerOf(sinceJune)).skipped).toEqual(['2025-10-26T01:30:00.000Z']);
});
