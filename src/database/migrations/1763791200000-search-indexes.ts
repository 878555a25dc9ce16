import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What searches of executions by conditions of the caller's choice find in indexes and on sheets instead of in the history. */
export class SearchIndexes1763791200000 implements MigrationInterface {
  readonly name = 'SearchIndexes1763791200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `ALTER TABLE run_sheets ADD COLUMN due_at timestamptz`,
  `UPDATE run_sheets s SET due_at = coalesce(s.run_at, e.scheduled_for) FROM executions e WHERE e.id = s.execution_id`,
  `ALTER TABLE run_sheets ALTER COLUMN due_at SET NOT NULL`,
  `ALTER TABLE run_sheets ADD COLUMN result_at timestamp`,
  `UPDATE run_sheets SET result_at = to_timestamp(result_number::text, 'YYYYMMDDHH24MISS') AT TIME ZONE current_setting('TimeZone') WHERE result_number IS NOT NULL`,
  `ALTER TABLE run_sheets ADD CONSTRAINT run_sheets_result_at CHECK ((result_at IS NULL) = (result_number IS NULL))`,
  // Sheets of a page, and the executions that have none.
  `CREATE INDEX run_sheets_by_number ON run_sheets (tenant_id, number)`,

  // In the order of the results, and those that have no number yet.
  `CREATE INDEX run_sheets_by_result ON run_sheets (tenant_id, result_at, number) WHERE dismissed_at IS NULL`,
  `CREATE INDEX run_sheets_unnumbered ON run_sheets (tenant_id, execution_id) WHERE result_number IS NULL AND dismissed_at IS NULL`,

  // A number is looked for in its tenant only, so one index does for both, and each new run writes to one less. What is included never changes once a run can be
  // claimed, so the ends stay HOT; with it lists by number, and by conditions on jobs, do not read the history.
  `DROP INDEX executions_by_number`,
  `ALTER TABLE executions DROP CONSTRAINT executions_number_key`,
  `CREATE UNIQUE INDEX executions_by_number ON executions (tenant_id, number) INCLUDE (job_id, created_at)`,

  // As before (migration cdrouter), and with the instant.
  `CREATE OR REPLACE FUNCTION number_results(tenant uuid, ids uuid[]) RETURNS TABLE (id uuid, result_number bigint) LANGUAGE plpgsql VOLATILE AS $$
    DECLARE
      run record;
      second timestamp := '-infinity';
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtextextended('carillon results ' || tenant::text, 0));
      FOR run IN
        SELECT e.id, e.number, e.scheduled_for, date_trunc('second', coalesce(e.started_at, l.started_at, l.claimed_at) AT TIME ZONE 'UTC') AS began
          FROM unnest(ids) u(id) JOIN executions e ON e.id = u.id
          LEFT JOIN live_runs l ON l.id = e.id LEFT JOIN run_sheets s ON s.execution_id = e.id
         WHERE e.tenant_id = tenant AND s.result_number IS NULL
           AND coalesce(e.started_at, l.started_at, l.claimed_at) IS NOT NULL
         ORDER BY 4, e.number
      LOOP
        second := greatest(run.began, second + interval '1 second');
        WHILE EXISTS (SELECT 1 FROM run_sheets s WHERE s.tenant_id = tenant AND s.result_number = to_char(second, 'YYYYMMDDHH24MISS')::bigint) LOOP
          second := second + interval '1 second';
        END LOOP;
        INSERT INTO run_sheets AS known (execution_id, tenant_id, number, due_at, result_number, result_at)
        VALUES (run.id, tenant, run.number, run.scheduled_for, to_char(second, 'YYYYMMDDHH24MISS')::bigint, second)
            ON CONFLICT (execution_id) DO UPDATE SET result_number = EXCLUDED.result_number, result_at = EXCLUDED.result_at;
      END LOOP;
      -- Not ANY (ids): without an index scan that looks through the whole array for each row.
      RETURN QUERY SELECT s.execution_id, s.result_number FROM unnest(ids) u(id) JOIN run_sheets s ON s.execution_id = u.id
                    WHERE s.tenant_id = tenant AND s.result_number IS NOT NULL;
    END $$`,
];

const DOWN = [
  `CREATE OR REPLACE FUNCTION number_results(tenant uuid, ids uuid[]) RETURNS TABLE (id uuid, result_number bigint) LANGUAGE plpgsql VOLATILE AS $$
    DECLARE
      run record;
      second timestamp := '-infinity';
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtextextended('carillon results ' || tenant::text, 0));
      FOR run IN
        SELECT e.id, e.number, date_trunc('second', coalesce(e.started_at, l.started_at, l.claimed_at) AT TIME ZONE 'UTC') AS began
          FROM unnest(ids) u(id) JOIN executions e ON e.id = u.id
          LEFT JOIN live_runs l ON l.id = e.id LEFT JOIN run_sheets s ON s.execution_id = e.id
         WHERE e.tenant_id = tenant AND s.result_number IS NULL
           AND coalesce(e.started_at, l.started_at, l.claimed_at) IS NOT NULL
         ORDER BY 3, e.number
      LOOP
        second := greatest(run.began, second + interval '1 second');
        WHILE EXISTS (SELECT 1 FROM run_sheets s WHERE s.tenant_id = tenant AND s.result_number = to_char(second, 'YYYYMMDDHH24MISS')::bigint) LOOP
          second := second + interval '1 second';
        END LOOP;
        INSERT INTO run_sheets AS known (execution_id, tenant_id, number, result_number)
        VALUES (run.id, tenant, run.number, to_char(second, 'YYYYMMDDHH24MISS')::bigint)
            ON CONFLICT (execution_id) DO UPDATE SET result_number = EXCLUDED.result_number;
      END LOOP;
      -- Not ANY (ids): without an index scan that looks through the whole array for each row.
      RETURN QUERY SELECT s.execution_id, s.result_number FROM unnest(ids) u(id) JOIN run_sheets s ON s.execution_id = u.id
                    WHERE s.tenant_id = tenant AND s.result_number IS NOT NULL;
    END $$`,
  `DROP INDEX executions_by_number`,
  `ALTER TABLE executions ADD CONSTRAINT executions_number_key UNIQUE (number)`,
  `CREATE INDEX executions_by_number ON executions (tenant_id, number)`,
  `DROP INDEX run_sheets_unnumbered`,
  `DROP INDEX run_sheets_by_result`,
  `DROP INDEX run_sheets_by_number`,
  `ALTER TABLE run_sheets DROP COLUMN due_at, DROP COLUMN result_at`,
];
