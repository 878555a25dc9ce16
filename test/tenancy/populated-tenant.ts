import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** Agents of other systems choose their ids themselves, so tenants may have the same. */
const SAME_AGENT = '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e';

/** A tenant with at least one row in every table that has tenants. */
export interface PopulatedTenant {
  readonly id: string;
  readonly name: string;
  readonly jobId: string;
}

/** Makes a tenant and its rows as the owner of the tables. A new table belongs here, else the tests of the wall fail. */
export async function populateTenant(admin: pg.Client, name: string): Promise<PopulatedTenant> {
  const tenant = { id: randomUUID(), name, jobId: randomUUID() };
  const [execution, trigger, tag] = [randomUUID(), randomUUID(), randomUUID()];
  const run = (text: string, ...values: unknown[]) => admin.query(text, [tenant.id, ...values]);
  await run(`INSERT INTO tenants (id, name) VALUES ($1, $2)`, name);
  await run(
    `INSERT INTO agents (id, tenant_id, name, kind, hostname, slots, state, lease_ms) VALUES (gen_random_uuid(), $1, 'own', 'remote', 'h', 1, 'online', 1000)`,
  );
  await run(`INSERT INTO queues (tenant_id, required_tags, excluded_tags) VALUES ($1, '{}', '{}')`);
  await run(`INSERT INTO gates (id, tenant_id, max_active, max_queued) VALUES ($2, $1, 1, 1)`, tenant.jobId);
  await run(
    `INSERT INTO jobs (id, tenant_id, name, job_class, queue_id, gate_id, overlap_policy, max_concurrency, created_by)
     SELECT $2, $1, $3, 'noop', id, $2, 'skip', 1, 'test' FROM queues WHERE tenant_id = $1`,
    tenant.jobId,
    `job of ${name}`,
  );
  await run(`INSERT INTO job_groups (id, tenant_id, name, created_by) VALUES (gen_random_uuid(), $1, 'same', 'test')`);
  await run(`INSERT INTO tags (id, tenant_id, name) VALUES ($2, $1, 'same')`, tag);
  await run(`INSERT INTO job_tags (tenant_id, job_id, tag_id) VALUES ($1, $2, $3)`, tenant.jobId, tag);
  await run(`INSERT INTO agent_tags (tenant_id, scope, holder, tag_id) VALUES ($1, 'shared', 'h', $2)`, tag);
  await run(`INSERT INTO inventory_agents (tenant_id, id, hostname, port) VALUES ($1, $2, 'h', 50000)`, SAME_AGENT);
  await run(
    `INSERT INTO triggers (id, tenant_id, job_id, kind, spec, created_by) VALUES ($2, $1, $3, 'interval', '{}', 'test')`,
    trigger,
    tenant.jobId,
  );
  await run(`INSERT INTO calendars (id, tenant_id, name, created_by) VALUES (gen_random_uuid(), $1, 'same', 'test')`);
  await run(
    `INSERT INTO backfills (id, tenant_id, job_id, trigger_id, from_at, to_at, schedule, direction, max_concurrency, include_missed, state, total, created_by)
     VALUES ($2, $1, $2, $3, now(), now(), '{}', 'oldest_first', 1, false, 'paused', 0, 'test')`,
    tenant.jobId,
    trigger,
  );
  await run(
    `INSERT INTO backfill_runs (backfill_id, execution_id, tenant_id) VALUES ($2, $3, $1)`,
    tenant.jobId,
    execution,
  );
  await run(`INSERT INTO execution_counts (tenant_id, job_id, total) VALUES ($1, $2, 1)`, tenant.jobId);
  await run(
    `INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters)
     VALUES ($2, $1, $3, 'manual', now(), 'noop', '[]', '{}')`,
    execution,
    tenant.jobId,
  );
  await run(
    `INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters, state, finished_at)
     VALUES (gen_random_uuid(), $1, $2, 'manual', now(), 'noop', '[]', '{}', 'cancelled', now())`,
    tenant.jobId,
  );
  await run(
    `INSERT INTO live_runs (id, tenant_id, job_id, queue_id, state, priority, run_at)
     SELECT $2, $1, $3, id, 'pending', 0, now() FROM queues WHERE tenant_id = $1`,
    execution,
    tenant.jobId,
  );
  await run(
    `INSERT INTO run_sheets (execution_id, tenant_id, number, due_at) SELECT id, tenant_id, number, scheduled_for FROM executions WHERE tenant_id = $1 AND id = $2`,
    execution,
  );
  await run(`INSERT INTO profiles (id, tenant_id, name, created_by) VALUES (gen_random_uuid(), $1, 'same', 'test')`);
  await run(
    `INSERT INTO execution_logs (execution_id, attempt, seq, tenant_id, stream, at, text) VALUES ($2, 1, 1, $1, 'stdout', now(), 'secret')`,
    execution,
  );
  await run(
    `INSERT INTO audit_log (tenant_id, event, actor, subject_type, subject_id) VALUES ($1, 'job.created', 'test', 'job', $2)`,
    tenant.jobId,
  );
  await run(`INSERT INTO idempotency_keys (tenant_id, key, operation, fingerprint) VALUES ($1, 'same', 'x', 'y')`);
  await run(`INSERT INTO users (id, username, created_by) VALUES ($1, $2, 'test')`, `user-of-${name}`);
  await run(`INSERT INTO memberships (tenant_id, user_id, role, created_by) VALUES ($1, $1, 'viewer', 'test')`);
  await run(
    `INSERT INTO api_tokens (id, tenant_id, name, role, token_hash, hint, created_by)
     VALUES (gen_random_uuid(), $1, 'same', 'viewer', repeat($2, 16), 'cr_', 'test')`,
    tenant.id.slice(-4),
  );
  await run(
    `INSERT INTO agent_credentials (id, tenant_id, name, token_hash, created_by) VALUES (gen_random_uuid(), $1, 'same', repeat($2, 16), 'test')`,
    tenant.id.slice(-4),
  );
  await run(
    `INSERT INTO agent_join_tokens (id, tenant_id, name, token_hash, hint, created_by, expires_at)
     VALUES (gen_random_uuid(), $1, 'same', repeat($2, 16), 'crj_', 'test', now() + interval '1 hour')`,
    tenant.id.slice(-4),
  );
  return tenant;
}
