import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each tenant can be kept from using some job classes. The CHECK knows the same syntax as the setting FORBIDDEN_JOB_CLASSES. */
export class ForbiddenJobClasses1763780300000 implements MigrationInterface {
  readonly name = 'ForbiddenJobClasses1763780300000';

  async up(runner: QueryRunner): Promise<void> {
    const pattern = '(user:)?[A-Za-z_*][A-Za-z0-9_.*-]*';
    await runner.query(`ALTER TABLE tenants ADD COLUMN forbidden_job_classes text[] NOT NULL DEFAULT '{}' CHECK (
      array_position(forbidden_job_classes, NULL) IS NULL
      AND (forbidden_job_classes = '{}' OR array_to_string(forbidden_job_classes, chr(10)) ~ '^${pattern}(\\n${pattern})*$')
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tenants DROP COLUMN forbidden_job_classes');
  }
}
