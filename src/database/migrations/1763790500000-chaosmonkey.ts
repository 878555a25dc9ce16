import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Compatible APIs keep what only they understand of a job beside it. The index serves their lists; most jobs are not in it. */
export class Chaosmonkey1763790500000 implements MigrationInterface {
  readonly name = 'Chaosmonkey1763790500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE jobs ADD COLUMN annotations jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(annotations) = 'object')`,
    );
    await runner.query(
      `CREATE INDEX jobs_annotated ON jobs (tenant_id, id) WHERE deleted_at IS NULL AND annotations <> '{}'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE jobs DROP COLUMN annotations');
  }
}
