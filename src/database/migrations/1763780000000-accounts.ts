import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantWall } from '../tenant-wall.js';

/**
 * Who may sign in and what they may do. Users belong to the whole installation, or to the one tenant that made them
 * (`home_tenant_id`); memberships and tokens belong to a tenant. Secrets are stored hashed.
 */
export class Accounts1763780000000 implements MigrationInterface {
  readonly name = 'Accounts1763780000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['sign_in_attempts', 'sessions', 'api_tokens', 'memberships', 'users'])
      await runner.query(`DROP TABLE ${table}`);
    await runner.query(`ALTER TABLE tenants DROP COLUMN description`);
  }
}

const UP = [
  `ALTER TABLE tenants ADD COLUMN description text NOT NULL DEFAULT '' CHECK (length(description) <= 2000)`,
  // Every audit entry belongs to a tenant. This one is the owner of what happens before any tenant is known.
  `INSERT INTO tenants (id, name, description)
   VALUES (gen_random_uuid(), 'system', 'The installation itself: its audit log records sign-ins, refused calls, and changes of tenants and users.')
   ON CONFLICT (name) DO NOTHING`,

  // home_tenant_id: the tenant whose administrators own the account. Such a user can be a member nowhere else, because whoever may
  // set a password may act as its user.
  `CREATE TABLE users (
    id uuid PRIMARY KEY,
    username text NOT NULL CHECK (username ~ '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$'),
    password_hash text,
    is_system_admin boolean NOT NULL DEFAULT false,
    home_tenant_id uuid REFERENCES tenants,
    default_tenant_id uuid REFERENCES tenants,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    password_changed_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    CHECK (NOT is_system_admin OR home_tenant_id IS NULL)
  )`,
  `CREATE UNIQUE INDEX users_by_name ON users (lower(username))`,

  `CREATE TABLE memberships (
    tenant_id uuid NOT NULL REFERENCES tenants,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, user_id)
  )`,
  `CREATE INDEX memberships_by_user ON memberships (user_id)`,

  // creator_id: the user who made it and beyond whose rights it never reaches; null: made on the command line or in the open mode.
  `CREATE TABLE api_tokens (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    role text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    token_hash text NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    hint text NOT NULL,
    creator_id uuid REFERENCES users ON DELETE CASCADE,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CHECK (expires_at IS NULL OR expires_at > created_at)
  )`,
  `CREATE UNIQUE INDEX api_tokens_by_name ON api_tokens (tenant_id, name) WHERE revoked_at IS NULL`,
  `CREATE INDEX api_tokens_listed ON api_tokens (tenant_id, id DESC)`,

  `CREATE TABLE sessions (
    id_hash text PRIMARY KEY CHECK (length(id_hash) = 64),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    address text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL CHECK (expires_at > created_at)
  )`,
  `CREATE INDEX sessions_by_user ON sessions (user_id)`,
  `CREATE INDEX sessions_old ON sessions (expires_at)`,

  // Wrong passwords, counted for an account, for an address and for the two together. The subject is a hash: people type passwords
  // into the field for the name. Shared by all replicas.
  `CREATE TABLE sign_in_attempts (
    kind text NOT NULL CHECK (kind IN ('account', 'address', 'pair')),
    subject text NOT NULL CHECK (length(subject) = 64),
    failures integer NOT NULL CHECK (failures >= 0),
    last_attempt_at timestamptz NOT NULL,
    blocked_until timestamptz,
    last_success_at timestamptz,
    PRIMARY KEY (kind, subject)
  ) WITH (fillfactor = 70)`,
  `CREATE INDEX sign_in_attempts_old ON sign_in_attempts (last_attempt_at)`,

  // What belongs to no tenant is granted to none: users, sessions and attempts are reached through the system door alone.
  ...tenantWall('memberships', 'SELECT'),
  ...tenantWall('api_tokens', 'SELECT, INSERT, UPDATE'),
];
