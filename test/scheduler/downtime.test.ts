// A long backlog. How each misfire policy accounts for a downtime: test/proofs/downtime.
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

async function aTrigger(trigger: TriggerInputDto): Promise<string> {
  const made = await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop', triggers: [trigger] }));
  return made.triggers[0]?.id ?? '';
}
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
