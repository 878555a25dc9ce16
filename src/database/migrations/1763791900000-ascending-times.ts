import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Indexes on instants ascend. What is new comes last in them then, where a full page is split so that the left one stays full. In a descending index the new comes
 * first, each page is split in the middle, and its halves are never filled again: 50 % of `executions_by_time` was in use (115 bytes for an execution), and every run paid for
 * twice as many splits (PostgreSQL 18.4, `pgstatindex`; `test/bench/README.md`). Lists of the newest walk them backwards. Takes some seconds for each million of executions.
 */
export class AscendingTimes1763791900000 implements MigrationInterface {
  readonly name = 'AscendingTimes1763791900000';

  async up(runner: QueryRunner): Promise<void> {
    for (const index of INDEXES) await recreate(runner, index, '');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of INDEXES) await recreate(runner, index, ' DESC');
  }
}

interface Index {
  readonly name: string;
  readonly table: string;
  readonly equal: readonly string[];
  /** Columns that ascend, or descended before. */
  readonly ordered: readonly string[];
  /** What follows the list of columns. */
  readonly tail?: string;
}

const PLACE = ['scheduled_for', 'id'];
const UNSUCCESSFUL = { table: 'unsuccessful_executions', ordered: PLACE, tail: 'INCLUDE (state)' };

const INDEXES: readonly Index[] = [
  { name: 'executions_by_time', table: 'executions', equal: ['tenant_id'], ordered: PLACE },
  { name: 'executions_by_job', table: 'executions', equal: ['tenant_id', 'job_id'], ordered: PLACE },
  {
    name: 'executions_late',
    table: 'executions',
    equal: ['tenant_id'],
    ordered: ['created_at'],
    tail: `WHERE created_at - scheduled_for > interval '1 minute'`,
  },
  {
    name: 'executions_annotated',
    table: 'executions',
    equal: ['tenant_id'],
    ordered: PLACE,
    tail: 'WHERE annotations IS NOT NULL',
  },
  { ...UNSUCCESSFUL, name: 'unsuccessful_by_time', equal: ['tenant_id'] },
  { ...UNSUCCESSFUL, name: 'unsuccessful_by_job', equal: ['tenant_id', 'job_id'] },
  { name: 'unsuccessful_by_state', table: 'unsuccessful_executions', equal: ['tenant_id', 'state'], ordered: PLACE },
  { name: 'audit_log_by_time', table: 'audit_log', equal: ['tenant_id'], ordered: ['at', 'id'] },
  {
    name: 'audit_log_by_job',
    table: 'audit_log',
    equal: ['tenant_id', 'job_id'],
    ordered: ['at', 'id'],
    tail: 'WHERE job_id IS NOT NULL',
  },
];

async function recreate(runner: QueryRunner, index: Index, direction: '' | ' DESC'): Promise<void> {
  const columns = [...index.equal, ...index.ordered.map((column) => `${column}${direction}`)];
  await runner.query(`DROP INDEX ${index.name}`);
  await runner.query(`CREATE INDEX ${index.name} ON ${index.table} (${columns.join(', ')}) ${index.tail ?? ''}`);
}
