import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TENANT_ROLE } from '../tenant-role.js';
import { tenantWall } from '../tenant-wall.js';

/**
 * Agents on other machines. A credential outlives the rows of `agents` that are made with it, one per life; a join token is spent on one
 * credential. Both are stored hashed. tenant_id null: for an agent that serves every tenant; requests of tenants do not see those.
 */
export class Fleet1763790100000 implements MigrationInterface {
  readonly name = 'Fleet1763790100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `CREATE TABLE agent_credentials (
    id uuid PRIMARY KEY,
    tenant_id uuid REFERENCES tenants,
    name text NOT NULL,
    token_hash text NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
  )`,
  // instance_hash: whoever spent the token may spend it again for a short while, because the answer may have been lost.
  `CREATE TABLE agent_join_tokens (
    id uuid PRIMARY KEY,
    tenant_id uuid REFERENCES tenants,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    token_hash text NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    hint text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
    used_at timestamptz,
    instance_hash text CHECK (length(instance_hash) = 64),
    credential_id uuid,
    revoked_at timestamptz,
    CHECK ((used_at IS NULL) = (credential_id IS NULL))
  )`,
  `CREATE INDEX agent_join_tokens_listed ON agent_join_tokens (tenant_id, id DESC)`,
  ...tenantWall('agent_credentials'),
  ...tenantWall('agent_join_tokens'),
  `ALTER TABLE agents ADD COLUMN credential_id uuid, ADD COLUMN version text, ADD COLUMN platform text`,
  `CREATE INDEX agents_by_credential ON agents (credential_id) WHERE ended_at IS NULL`,
  // What agents run, as far as the caller may see it: rows of other tenants stay behind the wall.
  `CREATE FUNCTION runs_of_agents(agent_ids uuid[], most integer)
     RETURNS TABLE (agent_id uuid, id uuid, job_id uuid, job_name text, state text, attempt integer, since timestamptz)
     LANGUAGE sql STABLE SECURITY INVOKER SET search_path FROM CURRENT
     AS $$ SELECT a.id, r.id, r.job_id, j.name, r.state, r.attempt, coalesce(r.started_at, r.claimed_at)
             FROM unnest(agent_ids) AS a(id)
             CROSS JOIN LATERAL (SELECT * FROM live_runs l WHERE l.agent_id = a.id ORDER BY l.id LIMIT most) r
             JOIN jobs j ON j.id = r.job_id $$`,
  `REVOKE ALL ON FUNCTION runs_of_agents(uuid[], integer) FROM PUBLIC`,
  `GRANT EXECUTE ON FUNCTION runs_of_agents(uuid[], integer) TO ${TENANT_ROLE}`,
];

const DOWN = [
  `DROP FUNCTION runs_of_agents(uuid[], integer)`,
  `DROP INDEX agents_by_credential`,
  `ALTER TABLE agents DROP COLUMN credential_id, DROP COLUMN version, DROP COLUMN platform`,
  `DROP TABLE agent_join_tokens`,
  `DROP TABLE agent_credentials`,
];
