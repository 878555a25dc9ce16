import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The runs that a compatible API keeps something beside, for its lists. Only those are in the index, so runs of others write nothing to it; what is kept is written after the run is
 * made, so no end of a run touches it.
 */
export class AnnotatedRuns1763791400000 implements MigrationInterface {
  readonly name = 'AnnotatedRuns1763791400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX executions_annotated ON executions (tenant_id, scheduled_for DESC, id DESC) WHERE annotations IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX executions_annotated`);
  }
}
