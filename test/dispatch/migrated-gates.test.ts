import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/database/migrations/migrations.js';
import { gateDifferences, startEngine, type Engine } from '../support/engine.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

describe('the migration that brings groups', () => {
  it('finds the runs that wait, and can be taken back and made again while runs are live', async () => {
    const group = (await engine.asTenant(() => engine.groups.create({ name: 'g', maxConcurrency: 1 }))).id;
    for (const rule of [
      { overlapPolicy: 'queue_all' as const },
      { group },
      { overlapPolicy: 'cancel_other' as const },
    ]) {
      const { job } = await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop', ...rule }));
      for (let i = 0; i < 3; i++) await engine.asTenant(() => engine.commands.runNow(job.id, {}));
    }
    const place = MIGRATIONS.findIndex((migration) => migration.name.startsWith('Groups'));
    const source = await new DataSource({
      type: 'postgres',
      url: engine.url,
      migrations: [...MIGRATIONS],
    }).initialize();
    try {
      // Those that came after it go first.
      for (let last = MIGRATIONS.length - 1; last >= place; last--) await source.undoLastMigration();
      expect(await engine.sql('SELECT state, count(*)::int AS n FROM live_runs GROUP BY 1 ORDER BY 1')).toEqual([
        { state: 'pending', n: 5 },
        { state: 'queued', n: 2 },
      ]);
      await source.runMigrations();
    } finally {
      await source.destroy();
    }
    expect(
      await engine.sql(
        `SELECT held_by = gate_id AS own, arrival > 0 AS numbered FROM live_runs WHERE state = 'queued'`,
      ),
    ).toEqual([
      { own: true, numbered: true },
      { own: true, numbered: true },
    ]);
    expect(await gateDifferences(engine)).toEqual([]);
  });
});
