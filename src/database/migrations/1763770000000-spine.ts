import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first schema. Rules that hold for every table: tenant-owned rows carry `tenant_id`; references between them include it,
 * so that no row can point into another tenant; states and times that make no sense are refused by CHECKs.
 */
export class Spine1763770000000 implements MigrationInterface {
  readonly name = 'Spine1763770000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES_IN_DROP_ORDER) await runner.query(`DROP TABLE ${table}`);
    await runner.query('DROP FUNCTION note_unsuccessful_execution()');
  }
}

const TABLES_IN_DROP_ORDER = [
  'idempotency_keys',
  'audit_log',
  'execution_logs',
  'live_runs',
  'unsuccessful_executions',
  'executions',
  'triggers',
  'job_tags',
  'tags',
  'jobs',
  'gates',
  'queues',
  'agents',
  'tenants',
];

const UP = [
  `CREATE TABLE tenants (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'),
    created_at timestamptz NOT NULL DEFAULT now()
  )`,

  // A worker process or a remote machine. tenant_id null: it serves every tenant. Tags are names, not references, because a
  // shared agent carries them for tenants that each have their own tag rows.
  `CREATE TABLE agents (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    tenant_id uuid REFERENCES tenants,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('embedded', 'remote')),
    hostname text NOT NULL,
    port integer CHECK (port BETWEEN 1 AND 65535),
    pid integer,
    process_identity text,
    slots integer NOT NULL CHECK (slots > 0),
    tags text[] NOT NULL DEFAULT '{}',
    state text NOT NULL CHECK (state IN ('online', 'draining', 'offline', 'lost')),
    lease_ms integer NOT NULL CHECK (lease_ms > 0),
    registered_at timestamptz NOT NULL DEFAULT now(),
    last_heartbeat_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    CHECK ((ended_at IS NULL) = (state IN ('online', 'draining')))
  ) WITH (fillfactor = 70)`,
  `CREATE INDEX agents_alive ON agents (last_heartbeat_at) WHERE ended_at IS NULL`,

  // One queue per tenant and normalised tag requirement (sorted, lower case): a claim walks the queues that fit the agent.
  `CREATE TABLE queues (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    required_tags text[] NOT NULL,
    excluded_tags text[] NOT NULL,
    UNIQUE (tenant_id, required_tags, excluded_tags),
    UNIQUE (tenant_id, id)
  )`,

  `CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    tenant_id uuid NOT NULL REFERENCES tenants,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    description text NOT NULL DEFAULT '',
    job_class text NOT NULL CHECK (length(job_class) BETWEEN 1 AND 300),
    args jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(args) = 'array'),
    parameters jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(parameters) = 'object'),
    required_tags text[] NOT NULL DEFAULT '{}',
    excluded_tags text[] NOT NULL DEFAULT '{}',
    queue_id integer NOT NULL,
    priority smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN -1000 AND 1000),
    timeout_ms integer CHECK (timeout_ms > 0),
    kill_grace_ms integer NOT NULL DEFAULT 10000 CHECK (kill_grace_ms >= 0),
    max_output_bytes integer NOT NULL DEFAULT 1048576 CHECK (max_output_bytes >= 0),
    max_attempts integer NOT NULL DEFAULT 1 CHECK (max_attempts BETWEEN 1 AND 100),
    retry_initial_ms integer NOT NULL DEFAULT 5000 CHECK (retry_initial_ms >= 0),
    retry_factor double precision NOT NULL DEFAULT 2 CHECK (retry_factor BETWEEN 1 AND 10),
    retry_max_ms integer NOT NULL DEFAULT 3600000 CHECK (retry_max_ms >= 0),
    retry_jitter double precision NOT NULL DEFAULT 0.2 CHECK (retry_jitter BETWEEN 0 AND 1),
    overlap_policy text NOT NULL DEFAULT 'allow' CHECK (overlap_policy IN ('allow', 'skip', 'queue_one', 'queue_all')),
    max_concurrency integer CHECK (max_concurrency > 0),
    max_queued integer NOT NULL DEFAULT 1000 CHECK (max_queued > 0),
    gate_id uuid,
    paused boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, queue_id) REFERENCES queues (tenant_id, id),
    CHECK ((overlap_policy = 'allow') = (max_concurrency IS NULL)),
    CHECK ((overlap_policy = 'allow') OR gate_id IS NOT NULL)
  )`,
  `CREATE INDEX jobs_listed ON jobs (tenant_id, id DESC) WHERE deleted_at IS NULL`,

  // The runtime side of an overlap rule: what is admitted and what is held back, changed only under this row's lock. The id is
  // the job's (a group's gate would carry the group's). max_active null: the rule was lifted and nothing is held.
  `CREATE TABLE gates (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    max_active integer CHECK (max_active > 0),
    max_queued integer NOT NULL CHECK (max_queued >= 0),
    active integer NOT NULL DEFAULT 0 CHECK (active >= 0),
    queued integer NOT NULL DEFAULT 0 CHECK (queued >= 0),
    UNIQUE (tenant_id, id)
  ) WITH (fillfactor = 50)`,
  `ALTER TABLE jobs ADD FOREIGN KEY (tenant_id, gate_id) REFERENCES gates (tenant_id, id)`,

  `CREATE TABLE tags (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    tenant_id uuid NOT NULL REFERENCES tenants,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    description text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, name),
    UNIQUE (tenant_id, id)
  )`,
  `CREATE TABLE job_tags (
    tenant_id uuid NOT NULL,
    job_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    PRIMARY KEY (job_id, tag_id),
    FOREIGN KEY (tenant_id, job_id) REFERENCES jobs (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, tag_id) REFERENCES tags (tenant_id, id) ON DELETE CASCADE
  )`,
  `CREATE INDEX job_tags_by_tag ON job_tags (tag_id, job_id)`,

  // next_fire_at null: done, paused, or its job is paused. The sweep reads only triggers_due, so an idle trigger costs nothing.
  `CREATE TABLE triggers (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    job_id uuid NOT NULL,
    name text NOT NULL DEFAULT '',
    kind text NOT NULL CHECK (kind IN ('cron', 'interval', 'date')),
    spec jsonb NOT NULL,
    time_zone text NOT NULL DEFAULT 'UTC',
    start_at timestamptz,
    end_at timestamptz,
    max_runs integer CHECK (max_runs > 0),
    run_count integer NOT NULL DEFAULT 0 CHECK (run_count >= 0),
    jitter_ms integer NOT NULL DEFAULT 0 CHECK (jitter_ms >= 0),
    misfire_policy text NOT NULL DEFAULT 'fire_once' CHECK (misfire_policy IN ('skip', 'fire_once', 'fire_all')),
    misfire_grace_ms bigint NOT NULL DEFAULT 60000 CHECK (misfire_grace_ms >= 0),
    misfire_cap integer NOT NULL DEFAULT 100 CHECK (misfire_cap BETWEEN 1 AND 1000),
    catch_up_window_ms bigint CHECK (catch_up_window_ms >= 0),
    dst_gap text NOT NULL DEFAULT 'run_at_transition' CHECK (dst_gap IN ('skip', 'run_at_transition', 'shift')),
    dst_overlap text NOT NULL DEFAULT 'first' CHECK (dst_overlap IN ('first', 'second', 'both')),
    paused boolean NOT NULL DEFAULT false,
    next_fire_at timestamptz,
    last_fire_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, job_id) REFERENCES jobs (tenant_id, id),
    CHECK (end_at IS NULL OR start_at IS NULL OR end_at >= start_at),
    CHECK (next_fire_at IS NULL OR (NOT paused AND deleted_at IS NULL))
  ) WITH (fillfactor = 80)`,
  `CREATE INDEX triggers_due ON triggers (next_fire_at, id) WHERE next_fire_at IS NOT NULL`,
  `CREATE INDEX triggers_by_job ON triggers (job_id, id) WHERE deleted_at IS NULL`,

  // The history: one row per occurrence or manual run, written when it comes to be and once more when it ends. While it is not
  // final its state stands in live_runs and is null here.
  `CREATE TABLE executions (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    tenant_id uuid NOT NULL,
    job_id uuid NOT NULL,
    trigger_id uuid,
    source text NOT NULL CHECK (source IN ('trigger', 'manual', 'retry')),
    retry_of uuid,
    scheduled_for timestamptz NOT NULL,
    job_class text NOT NULL,
    args jsonb NOT NULL,
    parameters jsonb NOT NULL,
    created_by text,
    created_at timestamptz NOT NULL DEFAULT now(),
    state text CHECK (state IN ('succeeded', 'failed', 'timed_out', 'cancelled', 'missed', 'skipped')),
    reason text,
    attempt integer NOT NULL DEFAULT 0,
    agent_id uuid,
    hostname text,
    pid integer,
    started_at timestamptz,
    finished_at timestamptz,
    exit_code integer,
    result jsonb,
    error jsonb,
    FOREIGN KEY (tenant_id, job_id) REFERENCES jobs (tenant_id, id),
    FOREIGN KEY (tenant_id, trigger_id) REFERENCES triggers (tenant_id, id),
    CHECK ((finished_at IS NOT NULL) = (state IS NOT NULL)),
    CHECK ((source = 'trigger') = (trigger_id IS NOT NULL)),
    CHECK ((state IN ('missed', 'skipped')) IS NOT TRUE OR (reason IS NOT NULL AND started_at IS NULL))
  ) WITH (fillfactor = 75)`,
  `CREATE UNIQUE INDEX executions_once ON executions (trigger_id, scheduled_for) WHERE trigger_id IS NOT NULL`,
  `CREATE INDEX executions_by_time ON executions (tenant_id, scheduled_for DESC, id DESC)`,
  `CREATE INDEX executions_by_job ON executions (tenant_id, job_id, scheduled_for DESC, id DESC)`,
  // The state is in no index of executions, so that the one update of a row, at its end, is a HOT update that touches none of them: with an
  // index on it 20,000 no-op runs took about twice as long. What ended otherwise than well is rare and has a small table for lists.
  `CREATE TABLE unsuccessful_executions (
    id uuid PRIMARY KEY REFERENCES executions ON DELETE CASCADE,
    tenant_id uuid NOT NULL,
    job_id uuid NOT NULL,
    state text NOT NULL CHECK (state <> 'succeeded'),
    scheduled_for timestamptz NOT NULL
  )`,
  `CREATE INDEX unsuccessful_by_time ON unsuccessful_executions (tenant_id, scheduled_for DESC, id DESC) INCLUDE (state)`,
  `CREATE INDEX unsuccessful_by_state ON unsuccessful_executions (tenant_id, state, scheduled_for DESC, id DESC)`,
  `CREATE FUNCTION note_unsuccessful_execution() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO unsuccessful_executions (id, tenant_id, job_id, state, scheduled_for)
      VALUES (NEW.id, NEW.tenant_id, NEW.job_id, NEW.state, NEW.scheduled_for);
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER executions_born_unsuccessful AFTER INSERT ON executions
     FOR EACH ROW WHEN (NEW.state IS NOT NULL AND NEW.state <> 'succeeded') EXECUTE FUNCTION note_unsuccessful_execution()`,
  `CREATE TRIGGER executions_ended_unsuccessful AFTER UPDATE OF state ON executions
     FOR EACH ROW WHEN (OLD.state IS NULL AND NEW.state <> 'succeeded') EXECUTE FUNCTION note_unsuccessful_execution()`,

  // The hot table: exactly the executions that are not final. Kept small, so that claims stay fast however long the history is. It has no
  // foreign keys: each row is written by the statement that writes its execution, and the checks would nearly double the cost of that
  // (298 of 652 ms per 10,000 rows, PostgreSQL 18.4, 2 cores, 2026-11-22).
  `CREATE TABLE live_runs (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    job_id uuid NOT NULL,
    queue_id integer NOT NULL,
    gate_id uuid,
    state text NOT NULL CHECK (state IN ('scheduled', 'queued', 'pending', 'running', 'cancelling', 'force_cancelling')),
    priority smallint NOT NULL,
    run_at timestamptz NOT NULL,
    attempt integer NOT NULL DEFAULT 0,
    fence integer NOT NULL DEFAULT 0,
    agent_id uuid,
    pid integer,
    claimed_at timestamptz,
    started_at timestamptz,
    progress_percent double precision CHECK (progress_percent BETWEEN 0 AND 100),
    progress_message text,
    stop_requested_at timestamptz,
    stop_requested_by text,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((agent_id IS NOT NULL) = (state IN ('running', 'cancelling', 'force_cancelling'))),
    CHECK ((state IN ('cancelling', 'force_cancelling')) = (stop_requested_at IS NOT NULL)),
    CHECK (state <> 'queued' OR gate_id IS NOT NULL)
  ) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0)`,
  `CREATE INDEX live_pending ON live_runs (queue_id, priority DESC, run_at, id) WHERE state = 'pending'`,
  `CREATE INDEX live_delayed ON live_runs (run_at, id) WHERE state = 'scheduled'`,
  `CREATE INDEX live_held ON live_runs (gate_id, priority DESC, run_at, id) WHERE state = 'queued'`,
  `CREATE INDEX live_by_agent ON live_runs (agent_id) WHERE agent_id IS NOT NULL`,
  `CREATE INDEX live_force ON live_runs (stop_requested_at) WHERE state = 'force_cancelling'`,
  `CREATE INDEX live_by_job ON live_runs (job_id)`,

  `CREATE TABLE execution_logs (
    execution_id uuid NOT NULL REFERENCES executions ON DELETE CASCADE,
    attempt integer NOT NULL,
    seq integer NOT NULL,
    tenant_id uuid NOT NULL,
    stream text NOT NULL CHECK (stream IN ('stdout', 'stderr', 'log')),
    at timestamptz NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (execution_id, attempt, seq)
  )`,

  `CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    at timestamptz NOT NULL DEFAULT now(),
    event text NOT NULL CHECK (event ~ '^[a-z_]+\\.[a-z_]+$'),
    actor text NOT NULL,
    request_id text,
    job_id uuid,
    subject_type text NOT NULL,
    subject_id text NOT NULL,
    subject_name text,
    before jsonb,
    after jsonb
  )`,
  `CREATE INDEX audit_log_by_time ON audit_log (tenant_id, at DESC, id DESC)`,
  `CREATE INDEX audit_log_by_job ON audit_log (tenant_id, job_id, at DESC, id DESC) WHERE job_id IS NOT NULL`,

  `CREATE TABLE idempotency_keys (
    tenant_id uuid NOT NULL REFERENCES tenants,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    operation text NOT NULL,
    fingerprint text NOT NULL,
    status integer,
    headers jsonb,
    body jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, key)
  )`,
  `CREATE INDEX idempotency_keys_old ON idempotency_keys (created_at)`,
];
