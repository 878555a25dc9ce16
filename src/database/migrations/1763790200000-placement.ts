import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TENANT_ROLE } from '../tenant-role.js';

/**
 * What decides where and when a pending run may start besides tags: interfaces that an agent has once, the most runs of a tenant at the
 * same time, and tenants that only their own agents serve.
 *
 * Nobody keeps a list of what is taken: an interface is taken while a live run of a queue that names it is held by the agent, a tenant has
 * as many runs as live runs of it are held. So nothing can be left behind, however a run ends. The two functions that a claim asks first
 * lock the row that stands for the resource and then look with a snapshot of their own (they are VOLATILE), so that a claim sees what the
 * one before it took.
 */
export class Placement1763790200000 implements MigrationInterface {
  readonly name = 'Placement1763790200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  /** Runs that need interfaces go on without them. */
  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const NAMED = (column: string) =>
  `CHECK (array_position(${column}, NULL) IS NULL AND cardinality(${column}) <= 16 AND array_position(${column}, '') IS NULL)`;

const UP = [
  `ALTER TABLE tenants
     ADD COLUMN max_running integer CHECK (max_running > 0),
     ADD COLUMN dedicated_agents_only boolean NOT NULL DEFAULT false`,
  `ALTER TABLE jobs ADD COLUMN interfaces text[] NOT NULL DEFAULT '{}' ${NAMED('interfaces')}`,
  // Null: none. Most runs have none, and null takes no room.
  `ALTER TABLE executions ADD COLUMN interfaces text[] CHECK (interfaces <> '{}')`,

  // Runs that need the same interfaces share a queue, so that a busy one holds nobody else up and a claim looks at none of them.
  `ALTER TABLE queues ADD COLUMN interfaces text[] NOT NULL DEFAULT '{}' ${NAMED('interfaces')}`,
  `ALTER TABLE queues DROP CONSTRAINT queues_tenant_id_required_tags_excluded_tags_key`,
  `ALTER TABLE queues ADD CONSTRAINT queues_once UNIQUE (tenant_id, required_tags, excluded_tags, interfaces)`,
  `CREATE INDEX queues_by_interface ON queues USING gin (interfaces) WHERE interfaces <> '{}'`,

  // Set by the claim of a run with interfaces or of a limited tenant. Null: its end makes room for nobody in particular, and is not looked at.
  `ALTER TABLE live_runs ADD COLUMN is_restrained boolean`,

  `CREATE FUNCTION lock_tenant_room(tenant_ids uuid[]) RETURNS TABLE (tenant_id uuid, room integer) LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
      PERFORM 1 FROM tenants t WHERE t.id = ANY (tenant_ids) ORDER BY t.id FOR NO KEY UPDATE;
      RETURN QUERY
        SELECT t.id, greatest(t.max_running - (SELECT count(*)::integer FROM live_runs l WHERE l.agent_id IS NOT NULL AND l.tenant_id = t.id), 0)
          FROM tenants t WHERE t.id = ANY (tenant_ids) AND t.max_running IS NOT NULL;
    END $$`,
  `CREATE FUNCTION lock_interfaces(agent uuid) RETURNS text[] LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
      PERFORM 1 FROM agents a WHERE a.id = agent FOR NO KEY UPDATE;
      RETURN ARRAY(SELECT DISTINCT i FROM live_runs l JOIN queues q ON q.id = l.queue_id CROSS JOIN unnest(q.interfaces) i
                    WHERE l.agent_id = agent AND q.interfaces <> '{}');
    END $$`,
  // Wakes who waits for what ended runs held: their interfaces, or room of their tenants. A matter of promptness, not of truth: at most so
  // many queues as fit a notification, the others are found by the next end or poll. To be read by every statement that takes runs from agents.
  `CREATE FUNCTION tell_room(queue_ids integer[]) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
    DECLARE waiting text;
    BEGIN
      IF queue_ids IS NULL THEN RETURN; END IF;
      SELECT string_agg(w.id::text, ',') INTO waiting
        FROM (SELECT n.id
                FROM (SELECT DISTINCT n.id
                        FROM queues q JOIN tenants t ON t.id = q.tenant_id CROSS JOIN LATERAL (
                          SELECT x.id FROM queues x WHERE t.max_running IS NOT NULL AND x.tenant_id = t.id
                          UNION ALL
                          SELECT x.id FROM queues x WHERE x.interfaces <> '{}' AND x.interfaces && q.interfaces) n
                       WHERE q.id = ANY (queue_ids)) n
               CROSS JOIN LATERAL (SELECT 1 FROM live_runs l WHERE l.queue_id = n.id AND l.state = 'pending'
                                    ORDER BY l.priority DESC, l.run_at, l.id LIMIT 1) p
               LIMIT 500) w;
      IF waiting IS NOT NULL THEN PERFORM pg_notify('carillon_dispatch', waiting); END IF;
    END $$`,
  ...['lock_tenant_room(uuid[])', 'lock_interfaces(uuid)', 'tell_room(integer[])'].map(
    (name) => `REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`,
  ),

  // For explanations. Which agents hold an interface concerns whoever waits for it, in any tenant; which run it is only its own tenant.
  `CREATE FUNCTION interface_holders(names text[]) RETURNS TABLE (agent_id uuid, interface text, execution_id uuid, since timestamptz)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
     AS $$ SELECT l.agent_id, i, CASE WHEN l.tenant_id = current_setting('app.tenant_id')::uuid THEN l.id END, l.claimed_at
             FROM queues q JOIN live_runs l ON l.queue_id = q.id AND l.agent_id IS NOT NULL CROSS JOIN unnest(q.interfaces) i
            WHERE q.interfaces <> '{}' AND q.interfaces && names AND i = ANY (names) $$`,
  // How many agents of other tenants carry the tags; only system administrators are told.
  `CREATE FUNCTION foreign_agents(required text[], excluded text[]) RETURNS integer
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
     AS $$ SELECT count(*)::integer FROM agents a
            WHERE a.ended_at IS NULL AND a.tenant_id IS NOT NULL AND a.tenant_id <> current_setting('app.tenant_id')::uuid
              AND a.tags @> required AND NOT a.tags && excluded $$`,
  ...['interface_holders(text[])', 'foreign_agents(text[], text[])'].flatMap((name) => [
    `REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${name} TO ${TENANT_ROLE}`,
  ]),
];

const DOWN = [
  `DROP FUNCTION foreign_agents(text[], text[])`,
  `DROP FUNCTION interface_holders(text[])`,
  `DROP FUNCTION tell_room(integer[])`,
  `DROP FUNCTION lock_interfaces(uuid)`,
  `DROP FUNCTION lock_tenant_room(uuid[])`,
  `INSERT INTO queues (tenant_id, required_tags, excluded_tags) SELECT tenant_id, required_tags, excluded_tags FROM queues ON CONFLICT DO NOTHING`,
  ...['jobs', 'live_runs'].map(
    (table) => `UPDATE ${table} x SET queue_id = plain.id
       FROM queues q JOIN queues plain ON plain.tenant_id = q.tenant_id AND plain.required_tags = q.required_tags
                                      AND plain.excluded_tags = q.excluded_tags AND plain.interfaces = '{}'
      WHERE q.id = x.queue_id AND q.interfaces <> '{}'`,
  ),
  `DELETE FROM queues WHERE interfaces <> '{}'`,
  `ALTER TABLE live_runs DROP COLUMN is_restrained`,
  `ALTER TABLE queues DROP CONSTRAINT queues_once`,
  `ALTER TABLE queues DROP COLUMN interfaces`,
  `ALTER TABLE queues ADD CONSTRAINT queues_tenant_id_required_tags_excluded_tags_key UNIQUE (tenant_id, required_tags, excluded_tags)`,
  `ALTER TABLE executions DROP COLUMN interfaces`,
  `ALTER TABLE jobs DROP COLUMN interfaces`,
  `ALTER TABLE tenants DROP COLUMN dedicated_agents_only, DROP COLUMN max_running`,
];
