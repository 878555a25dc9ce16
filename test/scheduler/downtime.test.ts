import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const MINUTE_MS = 60_000;
async function aTrigger(trigger: TriggerInputDto): Promise<string> {
  const made = await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop', triggers: [trigger] }));
  return made.triggers[0]?.id ?? '';
}
const ledgerOf = (id: string) =>
  engine.sql<{ what: string; reason: string | null; n: number }>(
    `SELECT coalesce(state, 'fired') AS what, reason, count(*)::int AS n FROM executions WHERE trigger_id = $1 GROUP BY 1, 2 ORDER BY 1`,
    [id],
  );
const caughtUp = (id: string) =>
  until(
    'the trigger has caught up',
    async () => {
      const rows = await engine.sql(
        'SELECT 1 FROM triggers WHERE id = $1 AND (next_fire_at IS NULL OR next_fire_at > now())',
        [id],
      );
      return rows.length > 0;
    },
    30_000,
  );

describe('after a downtime', () => {
  it('every missed instant is accounted for, and as many run as the policy says', async () => {
    // Every five minutes, two minutes away from the next instant, so that none comes due during the test.
    const now = new Date();
    const offset = (now.getUTCMinutes() + 2) % 5;
    const nextMs = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS + 2 * MINUTE_MS;
    const firstMs = nextMs - 26 * 5 * MINUTE_MS;
    const rules: [TriggerInputDto['misfirePolicy'], object, object[]][] = [
      ['skip', {}, [{ what: 'missed', reason: 'misfire_skipped', n: 26 }]],
      [
        'fire_once',
        {},
        [
          { what: 'fired', reason: null, n: 1 },
          { what: 'missed', reason: 'misfire_coalesced', n: 25 },
        ],
      ],
      ['fire_all', {}, [{ what: 'fired', reason: null, n: 26 }]],
      [
        'fire_all',
        { misfireCap: 10 },
        [
          { what: 'fired', reason: null, n: 10 },
          { what: 'missed', reason: 'misfire_cap', n: 16 },
        ],
      ],
      [
        'fire_all',
        { catchUpWindowSeconds: 3600 },
        [
          { what: 'fired', reason: null, n: 12 },
          { what: 'missed', reason: 'catch_up_window', n: 14 },
        ],
      ],
    ];
    const ids: string[] = [];
    for (const [misfirePolicy, over] of rules) {
      const id = await aTrigger({
        kind: 'cron',
        expression: `${offset}-59/5 * * * *`,
        misfirePolicy: misfirePolicy ?? 'skip',
        misfireGraceSeconds: 0,
        ...over,
      });
      await engine.sql('UPDATE triggers SET next_fire_at = $2 WHERE id = $1', [id, new Date(firstMs)]);
      ids.push(id);
    }
    const replicas = await Promise.all([startReplica(engine), startReplica(engine)]);
    running.push(...replicas);
    for (const [i, id] of ids.entries()) {
      await caughtUp(id);
      expect(await ledgerOf(id)).toEqual(rules[i]?.[2]);
      const [span] = await engine.sql(
        'SELECT min(scheduled_for) AS first, max(scheduled_for) AS last, count(DISTINCT scheduled_for)::int AS n FROM executions WHERE trigger_id = $1',
        [id],
      );
      expect(span).toEqual({ first: new Date(firstMs), last: new Date(nextMs - 5 * MINUTE_MS), n: 26 });
      expect(await engine.sql('SELECT next_fire_at AS next FROM triggers WHERE id = $1', [id])).toEqual([
        { next: new Date(nextMs) },
      ]);
    }
    for (const replica of replicas) await replica.close();
  }, 60_000);

  it('a backlog of hours at one instant a second is worked off, and nobody else has to wait for it', async () => {
    const awayMs = 3 * 3_600_000;
    const started = Math.floor(Date.now() / 1000) * 1000 - awayMs;
    const backlog = await aTrigger({
      kind: 'interval',
      everySeconds: 1,
      anchorAt: new Date(started),
      misfirePolicy: 'fire_once',
    });
    await engine.sql('UPDATE triggers SET next_fire_at = $2 WHERE id = $1', [backlog, new Date(started)]);
    const other = await aTrigger({ kind: 'date', at: new Date(Date.now() + 1_500) });
    const replica = await startReplica(engine);
    running.push(replica);
    const lateMs = await until('the other trigger fires', async () => {
      const [row] = await engine.sql<{ lateMs: number }>(
        'SELECT extract(epoch FROM created_at - scheduled_for)::float8 * 1000 AS "lateMs" FROM executions WHERE trigger_id = $1',
        [other],
      );
      return row?.lateMs;
    });
    expect(lateMs).toBeLessThan(3_000);
    await caughtUp(backlog);
    await engine.sql('UPDATE triggers SET next_fire_at = NULL WHERE id = $1', [backlog]);
    const [row] = await engine.sql<{ n: number; spanned: number; first: Date }>(
      `SELECT count(*)::int AS n, (extract(epoch FROM max(scheduled_for) - min(scheduled_for)))::int + 1 AS spanned, min(scheduled_for) AS first
         FROM executions WHERE trigger_id = $1`,
      [backlog],
    );
    expect(row?.first).toEqual(new Date(started));
    expect(row?.n).toBe(row?.spanned);
    expect(row?.n).toBeGreaterThan(awayMs / 1000);
  }, 60_000);
});
