import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantWall } from '../tenant-wall.js';

/**
 * Lists in the order in which runs started or ended. No index of `executions` may have these instants, because its one update would no longer be a HOT update; but most runs
 * start and end within a minute of their due instant, which is in an index. The others get a row in a small table, from a trigger: those that last long or waited for long, or never
 * started. Likewise `created_at`: an index has those that were made long after their instant already, and gets those that were made long before it. Reads the whole history once: with 5,000,000 executions the start that did so took 10 s.
 */
export class OutlyingExecutions1763792000000 implements MigrationInterface {
  readonly name = 'OutlyingExecutions1763792000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const within = (row: string, instant: string): string =>
  `${row}.${instant} BETWEEN ${row}.scheduled_for - interval '1 minute' AND ${row}.scheduled_for + interval '1 minute'`;
/** Final, and never started, or started or ended more than a minute from its instant. */
const isOutlying = (row: string): string =>
  `${row}.state IS NOT NULL AND (${row}.started_at IS NULL OR NOT (${within(row, 'started_at')} AND ${within(row, 'finished_at')}))`;

const UP = [
  // Without a foreign key, as `live_runs`: triggers keep it.
  `CREATE TABLE outlying_executions (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    job_id uuid NOT NULL,
    started_at timestamptz,
    finished_at timestamptz NOT NULL
  )`,
  ...tenantWall('outlying_executions'),
  `CREATE FUNCTION note_outlying_execution() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO outlying_executions (id, tenant_id, job_id, started_at, finished_at)
      VALUES (NEW.id, NEW.tenant_id, NEW.job_id, NEW.started_at, NEW.finished_at);
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER executions_born_outlying AFTER INSERT ON executions
     FOR EACH ROW WHEN (${isOutlying('NEW')}) EXECUTE FUNCTION note_outlying_execution()`,
  `CREATE TRIGGER executions_ended_outlying AFTER UPDATE OF state ON executions
     FOR EACH ROW WHEN (OLD.state IS NULL AND ${isOutlying('NEW')}) EXECUTE FUNCTION note_outlying_execution()`,
  `CREATE FUNCTION forget_outlying_execution() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM outlying_executions WHERE id = OLD.id;
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER executions_revived AFTER UPDATE OF state ON executions
     FOR EACH ROW WHEN (OLD.state IS NOT NULL AND NEW.state IS NULL) EXECUTE FUNCTION forget_outlying_execution()`,
  `CREATE FUNCTION forget_deleted_outlying_executions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM outlying_executions WHERE id = ANY (ARRAY(SELECT g.id FROM gone g));
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER executions_gone AFTER DELETE ON executions
     REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_deleted_outlying_executions()`,
  `CREATE FUNCTION forget_all_outlying_executions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM outlying_executions;
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER executions_all_gone AFTER TRUNCATE ON executions FOR EACH STATEMENT EXECUTE FUNCTION forget_all_outlying_executions()`,
  // After the triggers, which lock the table until all is done: what other replicas end meanwhile waits, and is noted by them.
  `INSERT INTO outlying_executions (id, tenant_id, job_id, started_at, finished_at)
   SELECT e.id, e.tenant_id, e.job_id, e.started_at, e.finished_at FROM executions e WHERE ${isOutlying('e')}`,
  `CREATE INDEX outlying_by_start ON outlying_executions (tenant_id, started_at)`,
  `CREATE INDEX outlying_by_end ON outlying_executions (tenant_id, finished_at)`,
  `CREATE INDEX executions_early ON executions (tenant_id, created_at) WHERE scheduled_for - created_at > interval '1 minute'`,
];

const DOWN = [
  `DROP INDEX executions_early`,
  `DROP TRIGGER executions_all_gone ON executions`,
  `DROP FUNCTION forget_all_outlying_executions()`,
  `DROP TRIGGER executions_gone ON executions`,
  `DROP FUNCTION forget_deleted_outlying_executions()`,
  `DROP TRIGGER executions_revived ON executions`,
  `DROP FUNCTION forget_outlying_execution()`,
  `DROP TRIGGER executions_ended_outlying ON executions`,
  `DROP TRIGGER executions_born_outlying ON executions`,
  `DROP FUNCTION note_outlying_execution()`,
  `DROP TABLE outlying_executions`,
];
