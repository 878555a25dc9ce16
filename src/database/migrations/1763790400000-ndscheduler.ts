import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Callers can wait for the end of a run, and executions can be found by when they came to be. */
export class Ndscheduler1763790400000 implements MigrationInterface {
  readonly name = 'Ndscheduler1763790400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `ALTER TABLE live_runs ADD COLUMN awaited boolean NOT NULL DEFAULT false`,
  // A run ends in many ways, and always so that its live row goes away. Runs that nobody waits for send nothing.
  `CREATE FUNCTION tell_awaited_end() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_notify('carillon_ended', OLD.id::text);
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER live_runs_awaited_end AFTER DELETE ON live_runs
     FOR EACH ROW WHEN (OLD.awaited) EXECUTE FUNCTION tell_awaited_end()`,
  // Nearly every execution comes to be within a minute of its due instant, so executions_by_time finds it by both. This one holds the others.
  `CREATE INDEX executions_late ON executions (tenant_id, created_at DESC) WHERE created_at - scheduled_for > interval '1 minute'`,
];

const DOWN = [
  `DROP INDEX executions_late`,
  `DROP TRIGGER live_runs_awaited_end ON live_runs`,
  `DROP FUNCTION tell_awaited_end()`,
  `ALTER TABLE live_runs DROP COLUMN awaited`,
];
