import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs that a client drives instead of a worker, runs that come to their gates only when they are due, and what APIs keep beside a run. */
export class Cloudify1763790800000 implements MigrationInterface {
  readonly name = 'Cloudify1763790800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  /** The schema before knows no run without a worker: such runs wait for one again. Planned runs pass by their gates. */
  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const HELD = `state IN ('running', 'cancelling', 'force_cancelling')`;

const UP = [
  `ALTER TABLE jobs ADD COLUMN driver text NOT NULL DEFAULT 'worker' CHECK (driver IN ('worker', 'client'))`,
  // Lists of runs go by the job, also when it was deleted; most jobs are not in it.
  `CREATE INDEX jobs_ever_annotated ON jobs (tenant_id, id) WHERE annotations <> '{}'`,

  // No worker is told of such a queue, so what is pending in it waits for a client.
  `ALTER TABLE queues ADD COLUMN is_external boolean NOT NULL DEFAULT false`,
  `ALTER TABLE queues DROP CONSTRAINT queues_once`,
  `ALTER TABLE queues ADD CONSTRAINT queues_once UNIQUE (tenant_id, required_tags, excluded_tags, interfaces, is_external)`,

  // driven_by: the client that said it began, in the place of an agent. is_planned: it has not come to its gates yet.
  `ALTER TABLE live_runs ADD COLUMN driven_by text, ADD COLUMN is_planned boolean`,
  `ALTER TABLE live_runs DROP CONSTRAINT live_runs_check`,
  `ALTER TABLE live_runs
     ADD CONSTRAINT live_runs_held CHECK ((agent_id IS NOT NULL OR driven_by IS NOT NULL) = (${HELD})),
     ADD CONSTRAINT live_runs_one_holder CHECK (agent_id IS NULL OR driven_by IS NULL),
     ADD CONSTRAINT live_runs_planned CHECK (is_planned IS NOT TRUE OR (state = 'scheduled' AND gate_id IS NULL))`,
  `CREATE INDEX live_driven ON live_runs (tenant_id, id) WHERE driven_by IS NOT NULL`,
  `CREATE INDEX live_planned ON live_runs (run_at, id) WHERE is_planned`,

  // Null: nothing, as with nearly every run.
  `ALTER TABLE executions ADD COLUMN annotations jsonb CHECK (jsonb_typeof(annotations) = 'object')`,
];

const DOWN = [
  `ALTER TABLE executions DROP COLUMN annotations`,
  `DROP INDEX live_planned`,
  `DROP INDEX live_driven`,
  `ALTER TABLE live_runs DROP CONSTRAINT live_runs_planned, DROP CONSTRAINT live_runs_one_holder, DROP CONSTRAINT live_runs_held`,
  `UPDATE live_runs SET state = 'pending', stop_requested_at = NULL, stop_requested_by = NULL WHERE driven_by IS NOT NULL`,
  `ALTER TABLE live_runs DROP COLUMN is_planned, DROP COLUMN driven_by`,
  `ALTER TABLE live_runs ADD CONSTRAINT live_runs_check CHECK ((agent_id IS NOT NULL) = (${HELD}))`,
  `INSERT INTO queues (tenant_id, required_tags, excluded_tags, interfaces)
     SELECT tenant_id, required_tags, excluded_tags, interfaces FROM queues WHERE is_external ON CONFLICT DO NOTHING`,
  ...['jobs', 'live_runs'].map(
    (table) => `UPDATE ${table} x SET queue_id = plain.id
       FROM queues q JOIN queues plain ON plain.tenant_id = q.tenant_id AND plain.required_tags = q.required_tags
                                      AND plain.excluded_tags = q.excluded_tags AND plain.interfaces = q.interfaces AND NOT plain.is_external
      WHERE q.id = x.queue_id AND q.is_external`,
  ),
  `DELETE FROM queues WHERE is_external`,
  `ALTER TABLE queues DROP CONSTRAINT queues_once`,
  `ALTER TABLE queues DROP COLUMN is_external`,
  `ALTER TABLE queues ADD CONSTRAINT queues_once UNIQUE (tenant_id, required_tags, excluded_tags, interfaces)`,
  `DROP INDEX jobs_ever_annotated`,
  `ALTER TABLE jobs DROP COLUMN driver`,
];
