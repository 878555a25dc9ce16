// Triggers that are due, written past the API, and their firing as a scheduler would do it.
import { newId } from '../../src/kernel/ids.js';
import type { TriggerFiring } from '../../src/executions/firing.service.js';
import type { Engine } from './engine.js';

/** A trigger as `fire` wants it. */
export interface DueTriggerRow {
  readonly id: string;
  readonly dueAtMs: number;
  readonly version: number;
}

/** Writes `count` interval triggers (60 s) of a job that are due at the present whole second. */
export async function dueTriggersOf(engine: Engine, jobId: string, count: number): Promise<DueTriggerRow[]> {
  const dueAtMs = Math.floor(Date.now() / 1000) * 1000 - 1000;
  const ids = Array.from({ length: count }, () => newId());
  await engine.sql(
    `INSERT INTO triggers (id, tenant_id, job_id, kind, spec, next_fire_at, created_by)
     SELECT u, $2, $3, 'interval', jsonb_build_object('everyMs', 60000, 'anchorAt', $4::text), $4::timestamptz, 'test' FROM unnest($1::uuid[]) u`,
    [ids, engine.tenantId, jobId, new Date(dueAtMs).toISOString()],
  );
  return ids.map((id) => ({ id, dueAtMs, version: 1 }));
}

/** What a scheduler writes for a due trigger that is on time. */
export function onTime({ id, dueAtMs, version }: DueTriggerRow, over: Partial<TriggerFiring> = {}): TriggerFiring {
  return {
    triggerId: id,
    dueAtMs,
    version,
    nextAtMs: dueAtMs + 60_000,
    lastAtMs: dueAtMs,
    fired: 1,
    occurrences: [{ atMs: dueAtMs, runAtMs: dueAtMs, missedReason: null }],
    ...over,
  };
}
