import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The sheets that say another instant than their runs, and those put away: all others need not be looked at where only the instant is asked for. */
export class PlannedSheets1763791500000 implements MigrationInterface {
  readonly name = 'PlannedSheets1763791500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX run_sheets_planned ON run_sheets (tenant_id, number) WHERE run_at IS NOT NULL OR dismissed_at IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX run_sheets_planned`);
  }
}
