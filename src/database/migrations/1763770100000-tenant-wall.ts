import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ensureTenantRole, TENANT_ROLE } from '../tenant-role.js';
import { noTenantWall, tenantWall } from '../tenant-wall.js';

/** Row-level security: the second wall between tenants, behind the WHERE clauses. */
export class TenantWall1763770100000 implements MigrationInterface {
  readonly name = 'TenantWall1763770100000';

  async up(runner: QueryRunner): Promise<void> {
    await ensureTenantRole((text, values) => runner.query(text, values));
    for (const statement of UP) await runner.query(statement);
  }

  /** The role stays: other databases of the cluster may use it. */
  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const TENANT_OWNED = [
  'queues',
  'jobs',
  'gates',
  'tags',
  'job_tags',
  'triggers',
  'executions',
  'unsuccessful_executions',
  'live_runs',
  'execution_logs',
  'idempotency_keys',
];

const UP = [
  `DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${TENANT_ROLE}', current_schema()); END $$`,
  ...TENANT_OWNED.flatMap((table) => tenantWall(table)),
  // What happened can be added to, not rewritten.
  ...tenantWall('audit_log', 'SELECT, INSERT'),
  // Of the tenants a tenant sees itself.
  ...tenantWall('tenants', 'SELECT', 'id'),
  ...tenantWall('agents'),
  // An agent without a tenant serves them all, so all may look at it.
  `CREATE POLICY shared_agents ON agents FOR SELECT TO ${TENANT_ROLE} USING (tenant_id IS NULL)`,
  // How busy an agent is concerns whoever waits for it, so it counts the runs of all tenants: the one figure that passes the wall.
  `CREATE FUNCTION runs_held_by(agent_ids uuid[]) RETURNS TABLE (agent_id uuid, running integer)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
     AS $$ SELECT l.agent_id, count(*)::integer FROM live_runs l WHERE l.agent_id = ANY (agent_ids) GROUP BY l.agent_id $$`,
  `REVOKE ALL ON FUNCTION runs_held_by(uuid[]) FROM PUBLIC`,
  `GRANT EXECUTE ON FUNCTION runs_held_by(uuid[]) TO ${TENANT_ROLE}`,
];

const DOWN = [
  `DROP FUNCTION runs_held_by(uuid[])`,
  `DROP POLICY shared_agents ON agents`,
  ...[...TENANT_OWNED, 'audit_log', 'tenants', 'agents'].flatMap((table) => noTenantWall(table)),
  `DO $$ BEGIN EXECUTE format('REVOKE USAGE ON SCHEMA %I FROM ${TENANT_ROLE}', current_schema()); END $$`,
];
