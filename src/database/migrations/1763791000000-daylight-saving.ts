import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Since when the instants of a trigger are accounted for: what daylight saving drops is told of from then on. */
export class DaylightSaving1763791000000 implements MigrationInterface {
  readonly name = 'DaylightSaving1763791000000';

  async up(runner: QueryRunner): Promise<void> {
    // For triggers that exist: from now on.
    await runner.query(`ALTER TABLE triggers ADD COLUMN armed_at timestamptz NOT NULL DEFAULT now()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE triggers DROP COLUMN armed_at`);
  }
}
