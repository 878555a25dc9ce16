// How to call each operation of the API so that it does what it is for. Tests that go through all operations of the OpenAPI document
// use them, and fail for an operation that has none.
import type { Kind } from './tenant-world.js';

/** A request that succeeds when its ids are the caller's own. */
export interface Recipe {
  /** Of which kind the id in each path parameter is. */
  readonly path?: Readonly<Record<string, Kind>>;
  /** Path parameters that are not ids of things of a tenant, with a value. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** Query parameters that take ids of things of a tenant. */
  readonly query?: Readonly<Record<string, Kind>>;
  readonly body?: unknown;
  /** Of the answer to the owner. */
  readonly status: number;
}

const JOB = { name: 'made by a recipe', jobClass: 'noop' };
const TRIGGER = { kind: 'interval', everySeconds: 60 };
const ofJob = { path: { id: 'job' } } as const;
const inJob = { path: { jobId: 'job' } } as const;
const ofTrigger = { path: { jobId: 'job', id: 'trigger' } } as const;
const ofCalendar = { path: { id: 'calendar' } } as const;
const ofBackfill = { path: { id: 'backfill' } } as const;
const ofTag = { path: { id: 'tag' } } as const;

/**
 * Operations on what belongs to the whole installation, which the caller of these tests (the open mode, a system administrator) may
 * see from every tenant. `test/auth` proves them with signed-in users: users.test.ts, tokens.test.ts, operations.test.ts.
 */
export const INSTALLATION_WIDE: readonly string[] = [
  ...['Login_login', 'Login_logout', 'Me_changePassword', 'Me_deleteSessions', 'Me_get', 'Me_update'],
  ...['Tenants_create', 'Tenants_get', 'Tenants_list', 'Tenants_update'],
  ...['Users_create', 'Users_deleteMembership', 'Users_get', 'Users_list', 'Users_putMembership', 'Users_update'],
];

/** By operation id of the OpenAPI document. */
export const RECIPES: Readonly<Record<string, Recipe>> = {
  Health_live: { status: 200 },
  Health_ready: { status: 200 },
  Jobs_list: { status: 200 },
  Jobs_create: { status: 201, body: { ...JOB, tags: ['new'], triggers: [TRIGGER] } },
  Jobs_get: { ...ofJob, status: 200 },
  Jobs_replace: { ...ofJob, status: 200, body: JOB },
  Jobs_patch: { ...ofJob, status: 200, body: { description: 'changed' } },
  Jobs_delete: { ...ofJob, status: 204 },
  Jobs_pause: { ...ofJob, status: 200 },
  Jobs_resume: { ...ofJob, status: 200 },
  Triggers_list: { ...inJob, status: 200 },
  Triggers_create: { ...inJob, status: 201, body: TRIGGER },
  Triggers_get: { ...ofTrigger, status: 200 },
  Triggers_replace: { ...ofTrigger, status: 200, body: TRIGGER },
  Triggers_patch: { ...ofTrigger, status: 200, body: { name: 'changed' } },
  Triggers_delete: { ...ofTrigger, status: 204 },
  Triggers_pause: { ...ofTrigger, status: 200 },
  Triggers_resume: { ...ofTrigger, status: 200 },
  Triggers_preview: { ...ofTrigger, status: 200 },
  Schedules_preview: { status: 200, body: TRIGGER },
  Calendars_list: { status: 200 },
  Calendars_create: { status: 201, body: { name: 'made by a recipe', entries: [{ yearly: '12-25' }] } },
  Calendars_get: { ...ofCalendar, status: 200 },
  Calendars_replace: { ...ofCalendar, status: 200, body: { name: 'replaced by a recipe' } },
  Calendars_patch: { ...ofCalendar, status: 200, body: { description: 'changed' } },
  Calendars_delete: { ...ofCalendar, status: 204 },
  Backfills_create: {
    path: { id: 'trigger' },
    status: 201,
    body: { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
  },
  Backfills_list: { query: { triggerId: 'trigger' }, status: 200 },
  Backfills_get: { ...ofBackfill, status: 200 },
  Backfills_pause: { ...ofBackfill, status: 200 },
  Backfills_resume: { ...ofBackfill, status: 200 },
  Backfills_cancel: { ...ofBackfill, status: 200 },
  Executions_list: { query: { jobId: 'job', triggerId: 'trigger' }, status: 200 },
  Executions_get: { path: { id: 'live execution' }, status: 200 },
  Executions_logs: { path: { id: 'ended execution' }, status: 200 },
  Executions_cancel: { path: { id: 'live execution' }, status: 200 },
  Executions_forceCancel: { path: { id: 'live execution' }, status: 200 },
  Executions_retry: { path: { id: 'ended execution' }, status: 201 },
  JobRuns_run: { ...inJob, status: 201, body: {} },
  JobClasses_list: { status: 200 },
  JobClasses_get: { fixed: { jobClass: 'noop' }, status: 200 },
  Tags_list: { status: 200 },
  Tags_create: { status: 201, body: { name: 'made by a recipe' } },
  Tags_get: { ...ofTag, status: 200 },
  Tags_update: { ...ofTag, status: 200, body: { description: 'changed' } },
  Tags_delete: { ...ofTag, status: 204 },
  Agents_list: { status: 200 },
  Agents_get: { path: { id: 'agent' }, status: 200 },
  Tokens_list: { status: 200 },
  Tokens_create: { status: 201, body: { name: 'made by a recipe', role: 'viewer' } },
  Tokens_get: { path: { id: 'token' }, status: 200 },
  Tokens_revoke: { path: { id: 'token' }, status: 204 },
  AuditLog_list: { query: { jobId: 'job' }, status: 200 },
};
