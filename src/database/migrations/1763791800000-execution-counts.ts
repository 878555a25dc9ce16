import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TENANT_ROLE } from '../tenant-role.js';
import { tenantWall } from '../tenant-wall.js';

/** How many executions jobs have is known but for the latest ones, so that exact totals of long histories need not read them. Making and ending runs pay nothing for it. */
export class ExecutionCounts1763791800000 implements MigrationInterface {
  readonly name = 'ExecutionCounts1763791800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

/** Whoever takes counted rows away waits for who counts, or is waited for; those who do so at once visit the counts in one order. */
const MARK = 'SELECT m.counted_through INTO through FROM counting_mark m FOR SHARE';

const UP = [
  `CREATE TABLE execution_counts (
    tenant_id uuid NOT NULL,
    job_id uuid NOT NULL,
    total bigint NOT NULL,
    PRIMARY KEY (tenant_id, job_id)
  )`,
  ...tenantWall('execution_counts', 'SELECT'),
  // Executions up to this number are in execution_counts. Those up to next_through come next, once no transaction is left that began before next_after.
  `CREATE TABLE counting_mark (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    counted_through bigint NOT NULL DEFAULT 0,
    next_through bigint,
    next_after bigint
  )`,
  `INSERT INTO counting_mark DEFAULT VALUES`,
  // It says nothing of any tenant.
  `CREATE FUNCTION counted_through() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path FROM CURRENT
     AS $$ SELECT m.counted_through FROM counting_mark m $$`,
  `REVOKE ALL ON FUNCTION counted_through() FROM PUBLIC`,
  `GRANT EXECUTE ON FUNCTION counted_through() TO ${TENANT_ROLE}`,

  `CREATE FUNCTION uncount_deleted_executions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    DECLARE
      through bigint;
    BEGIN
      IF NOT EXISTS (SELECT 1 FROM gone) THEN
        RETURN NULL;
      END IF;
      ${MARK};
      PERFORM 1 FROM execution_counts c
        WHERE EXISTS (SELECT 1 FROM gone g WHERE g.tenant_id = c.tenant_id AND g.job_id = c.job_id AND g.number <= through)
        ORDER BY c.tenant_id, c.job_id FOR UPDATE;
      UPDATE execution_counts c SET total = c.total - g.total
        FROM (SELECT tenant_id, job_id, count(*) AS total FROM gone WHERE number <= through GROUP BY 1, 2) g
       WHERE c.tenant_id = g.tenant_id AND c.job_id = g.job_id;
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER executions_uncounted AFTER DELETE ON executions
     REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION uncount_deleted_executions()`,

  // A launch that takes the place of another takes its number.
  `CREATE FUNCTION recount_renumbered_execution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    DECLARE
      through bigint;
    BEGIN
      ${MARK};
      IF OLD.number <= through THEN
        UPDATE execution_counts SET total = total - 1 WHERE tenant_id = OLD.tenant_id AND job_id = OLD.job_id;
      END IF;
      IF NEW.number <= through THEN
        INSERT INTO execution_counts AS c (tenant_id, job_id, total) VALUES (NEW.tenant_id, NEW.job_id, 1)
            ON CONFLICT (tenant_id, job_id) DO UPDATE SET total = c.total + 1;
      END IF;
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER executions_recounted AFTER UPDATE OF number ON executions
     FOR EACH ROW WHEN (OLD.number <> NEW.number) EXECUTE FUNCTION recount_renumbered_execution()`,

  `CREATE FUNCTION uncount_all_executions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
      UPDATE counting_mark SET counted_through = 0, next_through = NULL, next_after = NULL;
      DELETE FROM execution_counts;
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER executions_all_uncounted AFTER TRUNCATE ON executions
     FOR EACH STATEMENT EXECUTE FUNCTION uncount_all_executions()`,
];

const DOWN = [
  `DROP TRIGGER executions_all_uncounted ON executions`,
  `DROP FUNCTION uncount_all_executions()`,
  `DROP TRIGGER executions_recounted ON executions`,
  `DROP FUNCTION recount_renumbered_execution()`,
  `DROP TRIGGER executions_uncounted ON executions`,
  `DROP FUNCTION uncount_deleted_executions()`,
  `DROP FUNCTION counted_through()`,
  `DROP TABLE counting_mark`,
  `DROP TABLE execution_counts`,
];
