import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantWall } from '../tenant-wall.js';

/** Tags that are attached to agents through the API, and agents that are only known, never given work. */
export class Labels1763790600000 implements MigrationInterface {
  readonly name = 'Labels1763790600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  // Agents of other systems that were announced to us. A table of their own, beside `agents`: they have no lease, no slots and no life
  // that ends, so nothing that looks for workers can take one for a worker. Their ids are chosen by whoever announces them, so two
  // tenants may have the same.
  `CREATE TABLE inventory_agents (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    hostname text NOT NULL CHECK (length(hostname) BETWEEN 1 AND 255),
    port integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
    attributes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    registered_at timestamptz NOT NULL DEFAULT now(),
    last_heard_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
  ) WITH (fillfactor = 80)`,

  // Who carries a tag is said by what survives a restart, in which a worker gets a new row: its name, or its machine where the name
  // holds a process id. `own`: a worker of the tenant; `shared`: one that serves every tenant; `inventory`: holder is its id.
  `CREATE TABLE agent_tags (
    tenant_id uuid NOT NULL,
    scope text NOT NULL CHECK (scope IN ('own', 'shared', 'inventory')),
    holder text NOT NULL CHECK (length(holder) BETWEEN 1 AND 255),
    tag_id uuid NOT NULL,
    PRIMARY KEY (scope, holder, tag_id),
    FOREIGN KEY (tenant_id, tag_id) REFERENCES tags (tenant_id, id) ON DELETE CASCADE
  )`,
  `CREATE INDEX agent_tags_by_tag ON agent_tags (tag_id)`,
  ...tenantWall('inventory_agents'),
  ...tenantWall('agent_tags'),

  `CREATE FUNCTION tag_holder(kind text, hostname text, name text) RETURNS text LANGUAGE sql IMMUTABLE
     AS $$ SELECT CASE WHEN kind = 'embedded' THEN hostname ELSE name END $$`,
  // Every agent that a tenant can see with what its tags are attached to. Acts as the caller, so row-level security holds; a plain
  // SELECT, so the planner takes it apart and uses the indexes of both tables.
  `CREATE FUNCTION tag_holders(tenant uuid)
     RETURNS TABLE (id uuid, name text, hostname text, scope text, holder text, has_ended boolean) LANGUAGE sql STABLE
     AS $$ SELECT a.id, a.name, a.hostname, CASE WHEN a.tenant_id IS NULL THEN 'shared' ELSE 'own' END,
                  tag_holder(a.kind, a.hostname, a.name), a.ended_at IS NOT NULL
             FROM agents a WHERE a.tenant_id IS NULL OR a.tenant_id = tenant
           UNION ALL
           SELECT i.id, i.hostname, i.hostname, 'inventory', i.id::text, false FROM inventory_agents i WHERE i.tenant_id = tenant $$`,
];

const DOWN = [
  `DROP FUNCTION tag_holders(uuid)`,
  `DROP FUNCTION tag_holder(text, text, text)`,
  `DROP TABLE agent_tags`,
  `DROP TABLE inventory_agents`,
];
