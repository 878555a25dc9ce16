import type { MigrationInterface, QueryRunner } from 'typeorm';
import { noTenantWall, tenantWall } from '../tenant-wall.js';

/** RRULE triggers, exclusion calendars and backfills. */
export class Calendars1763790700000 implements MigrationInterface {
  readonly name = 'Calendars1763790700000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `CREATE TABLE calendars (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    description text NOT NULL DEFAULT '',
    time_zone text NOT NULL DEFAULT 'UTC',
    entries jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(entries) = 'array'),
    version integer NOT NULL DEFAULT 1,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, name),
    UNIQUE (tenant_id, id)
  )`,
  ...tenantWall('calendars'),

  // Names of calendars of the tenant. There are no foreign keys of array elements: a calendar is deleted only under its lock when no
  // trigger names it, renamed together with what names it, and named by a trigger only under a share lock of it.
  `ALTER TABLE triggers
     ADD COLUMN exclude_calendars text[] NOT NULL DEFAULT '{}',
     ADD COLUMN only_calendars text[] NOT NULL DEFAULT '{}',
     DROP CONSTRAINT triggers_kind_check,
     ADD CONSTRAINT triggers_kind_check CHECK (kind IN ('cron', 'interval', 'date', 'rrule'))`,
  `CREATE INDEX triggers_by_calendar ON triggers USING gin (exclude_calendars, only_calendars)
     WHERE exclude_calendars <> '{}' OR only_calendars <> '{}'`,

  // A backfilled execution has the trigger and instant of its own; one that makes up for a missed or skipped occurrence points to that
  // instead, because (trigger_id, scheduled_for) is taken by it.
  `ALTER TABLE executions
     DROP CONSTRAINT executions_source_check,
     DROP CONSTRAINT executions_check1,
     ADD CONSTRAINT executions_source_check CHECK (source IN ('trigger', 'manual', 'retry', 'backfill')),
     ADD CONSTRAINT executions_trigger_check CHECK (
       CASE source WHEN 'trigger' THEN trigger_id IS NOT NULL
                   WHEN 'backfill' THEN (trigger_id IS NULL) <> (retry_of IS NULL)
                   ELSE trigger_id IS NULL END)`,
  `CREATE UNIQUE INDEX executions_made_up_once ON executions (retry_of) WHERE source = 'backfill' AND retry_of IS NOT NULL`,

  // The schedule is the trigger's at the time of the request. cursor_at: the last instant that was dealt with.
  `CREATE TABLE backfills (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    job_id uuid NOT NULL,
    trigger_id uuid NOT NULL,
    from_at timestamptz NOT NULL,
    to_at timestamptz NOT NULL,
    schedule jsonb NOT NULL,
    direction text NOT NULL CHECK (direction IN ('oldest_first', 'newest_first')),
    max_concurrency integer NOT NULL CHECK (max_concurrency BETWEEN 1 AND 1000),
    include_missed boolean NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'paused', 'cancelled', 'completed')),
    reason text,
    cursor_at timestamptz,
    is_fed boolean NOT NULL DEFAULT false,
    total integer NOT NULL CHECK (total >= 0),
    created integer NOT NULL DEFAULT 0 CHECK (created >= 0),
    left_alone integer NOT NULL DEFAULT 0 CHECK (left_alone >= 0),
    succeeded integer NOT NULL DEFAULT 0 CHECK (succeeded >= 0),
    unsuccessful integer NOT NULL DEFAULT 0 CHECK (unsuccessful >= 0),
    version integer NOT NULL DEFAULT 1,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, job_id) REFERENCES jobs (tenant_id, id),
    FOREIGN KEY (tenant_id, trigger_id) REFERENCES triggers (tenant_id, id),
    CHECK (to_at >= from_at),
    CHECK ((finished_at IS NOT NULL) = (state IN ('cancelled', 'completed')))
  ) WITH (fillfactor = 70)`,
  `CREATE INDEX backfills_unfinished ON backfills (id) WHERE state IN ('running', 'paused')`,
  `CREATE INDEX backfills_listed ON backfills (tenant_id, id DESC)`,
  ...tenantWall('backfills'),
  // Runs of a backfill whose end has not been counted yet: at most max_concurrency rows each.
  `CREATE TABLE backfill_runs (
    backfill_id uuid NOT NULL REFERENCES backfills ON DELETE CASCADE,
    execution_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    PRIMARY KEY (backfill_id, execution_id)
  )`,
  ...tenantWall('backfill_runs'),
];

const DOWN = [
  ...noTenantWall('backfill_runs'),
  'DROP TABLE backfill_runs',
  ...noTenantWall('backfills'),
  'DROP TABLE backfills',
  'DROP INDEX executions_made_up_once',
  `ALTER TABLE executions
     DROP CONSTRAINT executions_trigger_check,
     DROP CONSTRAINT executions_source_check,
     ADD CONSTRAINT executions_source_check CHECK (source IN ('trigger', 'manual', 'retry')) NOT VALID,
     ADD CONSTRAINT executions_check1 CHECK ((source = 'trigger') = (trigger_id IS NOT NULL)) NOT VALID`,
  'DROP INDEX triggers_by_calendar',
  `ALTER TABLE triggers
     DROP COLUMN exclude_calendars,
     DROP COLUMN only_calendars,
     DROP CONSTRAINT triggers_kind_check,
     ADD CONSTRAINT triggers_kind_check CHECK (kind IN ('cron', 'interval', 'date')) NOT VALID`,
  ...noTenantWall('calendars'),
  'DROP TABLE calendars',
];
