import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Room for the ends of runs. Runs of one batch lie side by side in `executions` and end in one transaction, so nothing of their pages can
 * be pruned meanwhile: only with room for a second version of every row can all ends be HOT. With a fillfactor of 75 two thirds were not, and
 * each made an entry in every index of the table (PostgreSQL 18.4, batches of 300; `test/bench/README.md`). Holds for new pages.
 */
export class HotEnds1763791100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE executions SET (fillfactor = 45)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE executions SET (fillfactor = 75)');
  }
}
