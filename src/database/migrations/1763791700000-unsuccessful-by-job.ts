import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists of a few jobs' failures, by the job or by a rare tag, need not walk through those of all jobs. Only bad ends write to it. */
export class UnsuccessfulByJob1763791700000 implements MigrationInterface {
  readonly name = 'UnsuccessfulByJob1763791700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX unsuccessful_by_job ON unsuccessful_executions (tenant_id, job_id, scheduled_for DESC, id DESC) INCLUDE (state)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX unsuccessful_by_job`);
  }
}
