import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TENANT_ROLE } from '../tenant-role.js';
import { noTenantWall, tenantWall } from '../tenant-wall.js';

/** Groups of jobs with a limit of their own, rules that stop the other run, and limits to how long history is kept. */
export class Groups1763790300000 implements MigrationInterface {
  readonly name = 'Groups1763790300000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  /** Runs that wait for their group only are let through: the schema before knows no such wait. */
  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  // What happens to a run that finds its gate full is written at the gate, because it is decided under the gate's lock. next_gate_id: the
  // gate of the group, to which a run comes when its job's own gate has let it through. queue_on_request: runs that may wait because their
  // starter asked for it, whatever the rule says.
  `ALTER TABLE gates
     ADD COLUMN next_gate_id uuid,
     ADD COLUMN on_full text NOT NULL DEFAULT 'skip' CHECK (on_full IN ('skip', 'reject', 'cancel_other', 'force_cancel_other')),
     ADD COLUMN queue_on_request integer NOT NULL DEFAULT 1000 CHECK (queue_on_request >= 0),
     ADD CHECK (next_gate_id IS NULL OR next_gate_id <> id),
     ADD FOREIGN KEY (tenant_id, next_gate_id) REFERENCES gates (tenant_id, id)`,

  // gate_id stays null until the group gets its first limit, so that a group which only collects costs its jobs nothing.
  `CREATE TABLE job_groups (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    tenant_id uuid NOT NULL REFERENCES tenants,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    description text NOT NULL DEFAULT '' CHECK (length(description) <= 4000),
    attributes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    max_concurrency integer CHECK (max_concurrency > 0),
    when_busy text NOT NULL DEFAULT 'queue' CHECK (when_busy IN ('skip', 'queue', 'reject')),
    max_queued integer NOT NULL DEFAULT 1000 CHECK (max_queued > 0),
    gate_id uuid,
    version integer NOT NULL DEFAULT 1,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, name),
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, gate_id) REFERENCES gates (tenant_id, id),
    CHECK (max_concurrency IS NULL OR gate_id IS NOT NULL)
  )`,
  ...tenantWall('job_groups'),

  `ALTER TABLE jobs DROP CONSTRAINT jobs_overlap_policy_check`,
  // history_days: null: the tenant's; 0: for ever.
  `ALTER TABLE jobs
     ADD CONSTRAINT jobs_overlap_policy_check
       CHECK (overlap_policy IN ('allow', 'skip', 'queue_one', 'queue_all', 'cancel_other', 'force_cancel_other')),
     ADD COLUMN group_id uuid,
     ADD COLUMN group_gate_id uuid,
     ADD COLUMN history_days integer CHECK (history_days BETWEEN 0 AND 36500),
     ADD FOREIGN KEY (tenant_id, group_id) REFERENCES job_groups (tenant_id, id),
     ADD FOREIGN KEY (tenant_id, group_gate_id) REFERENCES gates (tenant_id, id),
     ADD CHECK (group_gate_id IS NULL OR (gate_id IS NOT NULL AND group_id IS NOT NULL))`,
  `CREATE INDEX jobs_by_group ON jobs (group_id, id) WHERE group_id IS NOT NULL`,
  `CREATE INDEX jobs_that_cancel_other ON jobs (id) WHERE overlap_policy IN ('cancel_other', 'force_cancel_other') AND deleted_at IS NULL`,

  // held_by: the gate at which a queued run waits, its job's (gate_id) or the one after it. arrival: the order in which gated runs came,
  // given under the gate's lock, so that first in is first out whatever the clocks of the replicas say.
  `CREATE SEQUENCE live_arrivals`,
  `GRANT USAGE ON SEQUENCE live_arrivals TO ${TENANT_ROLE}`,
  `ALTER TABLE live_runs ADD COLUMN held_by uuid, ADD COLUMN arrival bigint`,
  `UPDATE live_runs l SET arrival = o.arrival, held_by = CASE l.state WHEN 'queued' THEN l.gate_id END
     FROM (SELECT id, nextval('live_arrivals') AS arrival FROM (SELECT id FROM live_runs WHERE gate_id IS NOT NULL ORDER BY id) i) o
    WHERE o.id = l.id`,
  `ALTER TABLE live_runs
     ADD CHECK ((state = 'queued') = (held_by IS NOT NULL)),
     ADD CHECK ((gate_id IS NULL) = (arrival IS NULL))`,
  `DROP INDEX live_held`,
  `CREATE INDEX live_held ON live_runs (gate_id, priority DESC, run_at, id) WHERE state = 'queued' AND held_by IS NOT DISTINCT FROM gate_id`,
  `CREATE INDEX live_in_line ON live_runs (held_by, arrival) WHERE state = 'queued' AND held_by <> gate_id`,

  // Who or what asked to stop a run stays known after its end: a user, or the execution that took its place.
  `ALTER TABLE executions ADD COLUMN stop_requested_by text`,
  // An execution is kept for as long as a repetition of it.
  `CREATE INDEX executions_by_retried ON executions (retry_of) WHERE retry_of IS NOT NULL`,

  `ALTER TABLE tenants
     ADD COLUMN history_days integer CHECK (history_days BETWEEN 0 AND 36500),
     ADD COLUMN audit_log_days integer CHECK (audit_log_days BETWEEN 0 AND 36500)`,
  // Which replica tidies up next is whoever moves next_at first. Belongs to no tenant, so it is granted to none.
  `CREATE TABLE housekeeping (
    task text PRIMARY KEY,
    next_at timestamptz NOT NULL,
    last_begun_at timestamptz NOT NULL
  )`,
];

const DOWN = [
  `DROP TABLE housekeeping`,
  `ALTER TABLE tenants DROP COLUMN history_days, DROP COLUMN audit_log_days`,
  `DROP INDEX executions_by_retried`,
  `ALTER TABLE executions DROP COLUMN stop_requested_by`,
  `DROP INDEX live_in_line`,
  `DROP INDEX live_held`,
  `UPDATE live_runs SET state = CASE WHEN run_at > now() THEN 'scheduled' ELSE 'pending' END, held_by = NULL WHERE held_by <> gate_id`,
  `ALTER TABLE live_runs DROP COLUMN held_by, DROP COLUMN arrival`,
  `CREATE INDEX live_held ON live_runs (gate_id, priority DESC, run_at, id) WHERE state = 'queued'`,
  `DROP SEQUENCE live_arrivals`,
  `DROP INDEX jobs_that_cancel_other`,
  `UPDATE jobs SET overlap_policy = 'queue_one' WHERE overlap_policy IN ('cancel_other', 'force_cancel_other')`,
  `ALTER TABLE jobs DROP CONSTRAINT jobs_overlap_policy_check, DROP COLUMN group_id, DROP COLUMN group_gate_id, DROP COLUMN history_days`,
  `ALTER TABLE jobs ADD CONSTRAINT jobs_overlap_policy_check CHECK (overlap_policy IN ('allow', 'skip', 'queue_one', 'queue_all'))`,
  ...noTenantWall('job_groups'),
  `DROP TABLE job_groups`,
  `ALTER TABLE gates DROP COLUMN next_gate_id, DROP COLUMN on_full, DROP COLUMN queue_on_request`,
  `DELETE FROM gates g WHERE NOT EXISTS (SELECT 1 FROM jobs j WHERE j.gate_id = g.id)`,
];
