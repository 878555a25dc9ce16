import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs know whether they were launched with a sheet, so that those without one are found in an index instead of by comparing the history with all sheets. */
export class SheetedRuns1763791600000 implements MigrationInterface {
  readonly name = 'SheetedRuns1763791600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `ALTER TABLE executions ADD COLUMN has_sheet boolean CHECK (has_sheet)`,
  `ALTER TABLE run_sheets ADD COLUMN is_late boolean NOT NULL DEFAULT true`,
  `UPDATE executions e SET has_sheet = true FROM run_sheets s WHERE s.execution_id = e.id`,
  `UPDATE run_sheets SET is_late = false`,
  // Like what it includes already (migration search-indexes), it never changes once a run can be claimed.
  `DROP INDEX executions_by_number`,
  `CREATE UNIQUE INDEX executions_by_number ON executions (tenant_id, number) INCLUDE (job_id, created_at, has_sheet)`,
  `CREATE INDEX run_sheets_late ON run_sheets (tenant_id, number) WHERE is_late`,
  // The different names, and runs in the order of them.
  `CREATE INDEX run_sheets_by_profile ON run_sheets (tenant_id, profile_name COLLATE "C", number) WHERE dismissed_at IS NULL`,
  `CREATE INDEX run_sheets_by_device ON run_sheets (tenant_id, device_name COLLATE "C", number) WHERE dismissed_at IS NULL`,
];

const DOWN = [
  `DROP INDEX run_sheets_by_device`,
  `DROP INDEX run_sheets_by_profile`,
  `DROP INDEX run_sheets_late`,
  `DROP INDEX executions_by_number`,
  `CREATE UNIQUE INDEX executions_by_number ON executions (tenant_id, number) INCLUDE (job_id, created_at)`,
  `ALTER TABLE run_sheets DROP COLUMN is_late`,
  `ALTER TABLE executions DROP COLUMN has_sheet`,
];
