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
  /** The test that proves that ids in the body reach nothing of others; a recipe has no ids there. */
  readonly bodyIdsProvenBy?: string;
  /** Of the answer to the owner. */
  readonly status: number;
  /** Of the answer to ids that nothing has. Default 404. */
  readonly unknown?: number;
  /** Of the answer to somebody who has not signed in. Default 401. */
  readonly refused?: number;
  /** Of the answer to somebody whose role does not suffice, or who names a tenant that is not theirs. Default 403. */
  readonly forbidden?: number;
  /** The owner gets no answer before a worker has run something, and these tests have none: named here is the test that covers it. */
  readonly awaitsWorker?: string;
}

const JOB = { name: 'made by a recipe', jobClass: 'noop' };
const TRIGGER = { kind: 'interval', everySeconds: 60 };
const ofJob = { path: { id: 'job' } } as const;
const inJob = { path: { jobId: 'job' } } as const;
const ofTrigger = { path: { jobId: 'job', id: 'trigger' } } as const;
/** ndscheduler's API: an unknown id is 400, and who has not signed in is led to the sign-in page or refused. */
const ndsRead = { status: 200, unknown: 400, refused: 302 } as const;
const ndsWrite = { status: 200, unknown: 400, refused: 403 } as const;
const NDS_JOB = { name: 'made by a recipe', job_class_string: 'noop', minute: '*/5' };
const ofNdsJob = { path: { job_id: 'job' } } as const;
const AWAITED = { ...ndsWrite, awaitsWorker: 'test/compat/ndscheduler/runs.test.ts' } as const;
const ofCalendar = { path: { id: 'calendar' } } as const;
const ofBackfill = { path: { id: 'backfill' } } as const;
const ofTag = { path: { id: 'tag' } } as const;
const ofGroup = { path: { id: 'group' } } as const;
const ofProfile = { path: { id: 'profile' } } as const;
/** CDRouter has one status for who is nobody and for who may not. */
const cdr = { status: 200, forbidden: 401 } as const;
const cdrGone = { status: 204, forbidden: 401 } as const;
const ofCdrJob = { path: { id: 'live execution number' } } as const;
const ofCdrPackage = { path: { id: 'job number' } } as const;
const ofCdrDevice = { path: { id: 'device number' } } as const;
const ofCdrConfig = { path: { id: 'profile number' } } as const;

const ofCloudifyExecution = { path: { id: 'cloudify execution' } } as const;
const ofDeployment = { path: { id: 'deployment' } } as const;
const ofAgent = { path: { id: 'agent' } } as const;
const NOBODYS = { id: '00000000-0000-4000-8000-000000000000', fence: 1 };
const bodyIdsProvenBy = 'test/fleet/protocol.test.ts';
const ofTagNumber = { path: { tag: 'tag number' } } as const;
const PYFARM_AGENT = {
  ...{ id: '322360ad-976f-4103-9acc-a811d43fd24d', hostname: 'agent1' },
  ...{ ram: 2157, free_ram: 133, cpus: 14, port: 50_000 },
};

/**
 * Operations on what belongs to the whole installation, which the caller of these tests (the open mode, a system administrator) may
 * see from every tenant. `test/auth` proves them with signed-in users: users.test.ts, tokens.test.ts, operations.test.ts.
 */
export const INSTALLATION_WIDE: readonly string[] = [
  ...['CdrouterSignIn_authenticate', 'CdrouterSignIn_hostname'],
  ...['CloudifyNeighbours_createTenant', 'CloudifyNeighbours_tenant', 'CloudifyNeighbours_tenants'],
  ...['CloudifyNeighbours_version', 'NdschedulerSignIn_login', 'NdschedulerSignIn_logout', 'NdschedulerSignIn_page'],
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
  ExecutionExplanations_get: { path: { id: 'live execution' }, status: 200 },
  JobExplanations_get: { ...ofJob, status: 200 },
  JobRuns_run: { ...inJob, status: 201, body: {} },
  JobRuns_runMany: { ...inJob, status: 201, body: { count: 2 } },
  JobClasses_list: { status: 200 },
  JobClasses_get: { fixed: { jobClass: 'noop' }, status: 200 },
  Groups_list: { status: 200 },
  Groups_create: { status: 201, body: { name: 'made by a recipe', maxConcurrency: 1 } },
  Groups_get: { ...ofGroup, status: 200 },
  Groups_replace: { ...ofGroup, status: 200, body: { name: 'replaced by a recipe' } },
  Groups_patch: { ...ofGroup, status: 200, body: { description: 'changed' } },
  Groups_delete: { ...ofGroup, status: 204 },
  Profiles_list: { status: 200 },
  Profiles_create: { status: 201, body: { name: 'made by a recipe', contents: 'testvar lanInterface eth1' } },
  Profiles_get: { ...ofProfile, status: 200 },
  Profiles_replace: { ...ofProfile, status: 200, body: { name: 'replaced by a recipe' } },
  Profiles_patch: { ...ofProfile, status: 200, body: { description: 'changed' } },
  Profiles_delete: { ...ofProfile, status: 204 },
  // What its body names is tried with foreign ids in test/compat/cdrouter/signed-in.test.ts.
  CdrouterJobs_list: cdr,
  CdrouterJobs_post: { ...cdr, status: 400, body: {} },
  CdrouterJobs_get: { ...cdr, ...ofCdrJob },
  CdrouterJobs_edit: { ...cdr, ...ofCdrJob, body: { device_id: null } },
  CdrouterJobs_delete: { ...cdrGone, ...ofCdrJob },
  CdrouterPackages_list: cdr,
  CdrouterPackages_create: { ...cdr, body: { name: 'made by a recipe' } },
  CdrouterPackages_get: { ...cdr, ...ofCdrPackage },
  CdrouterPackages_edit: { ...cdr, ...ofCdrPackage, body: { note: 'changed' } },
  CdrouterPackages_delete: { ...cdrGone, ...ofCdrPackage },
  CdrouterDevices_list: cdr,
  CdrouterDevices_create: { ...cdr, body: { name: 'made by a recipe', tags: ['new'] } },
  CdrouterDevices_get: { ...cdr, ...ofCdrDevice },
  CdrouterDevices_edit: { ...cdr, ...ofCdrDevice, body: { location: 'changed' } },
  CdrouterDevices_delete: { ...cdrGone, ...ofCdrDevice },
  CdrouterConfigs_list: cdr,
  CdrouterConfigs_create: { ...cdr, body: { name: 'made by a recipe' } },
  CdrouterConfigs_get: { ...cdr, ...ofCdrConfig },
  CdrouterConfigs_edit: { ...cdr, ...ofCdrConfig, body: { note: 'changed' } },
  CdrouterConfigs_delete: { ...cdrGone, ...ofCdrConfig },
  Tags_list: { status: 200 },
  Tags_create: { status: 201, body: { name: 'made by a recipe' } },
  Tags_get: { ...ofTag, status: 200 },
  Tags_update: { ...ofTag, status: 200, body: { description: 'changed' } },
  Tags_delete: { ...ofTag, status: 204 },
  JobTags_attach: { path: { id: 'job' }, fixed: { tag: 'new' }, status: 204 },
  JobTags_detach: { path: { id: 'job' }, fixed: { tag: 'new' }, status: 204 },
  AgentTags_attach: { path: { id: 'agent' }, fixed: { tag: 'new' }, status: 204 },
  AgentTags_detach: { path: { id: 'agent' }, fixed: { tag: 'new' }, status: 204 },
  Agents_list: { status: 200 },
  Agents_get: { path: { id: 'agent' }, status: 200 },
  AgentProtocol_register: {
    status: 201,
    body: { protocol: 1, name: 'recipe', hostname: 'h', slots: 1, shared: false },
  },
  AgentProtocol_heartbeat: { ...ofAgent, bodyIdsProvenBy, status: 200, body: { held: [] } },
  AgentProtocol_claim: { ...ofAgent, bodyIdsProvenBy, status: 200, body: { held: [], limit: 1 } },
  AgentProtocol_report: { ...ofAgent, bodyIdsProvenBy, status: 409, body: { runs: [NOBODYS] } },
  AgentProtocol_logs: {
    ...ofAgent,
    bodyIdsProvenBy,
    status: 409,
    body: { pieces: [{ ...NOBODYS, seq: 0, stream: 'stdout', at: '2026-11-22T08:00:00Z', text: 'x' }] },
  },
  AgentProtocol_complete: {
    ...ofAgent,
    bodyIdsProvenBy,
    status: 409,
    body: { ends: [{ ...NOBODYS, status: 'succeeded', finishedAt: '2026-11-22T08:00:00Z' }] },
  },
  AgentDepartures_drain: { ...ofAgent, status: 204 },
  AgentDepartures_remove: { ...ofAgent, status: 204 },
  AgentJoinTokens_list: { status: 200 },
  AgentJoinTokens_create: { status: 201, body: { name: 'made by a recipe' } },
  AgentJoinTokens_revoke: { path: { id: 'join token' }, status: 204 },
  PyfarmTags_list: { status: 200 },
  PyfarmTags_create: { status: 201, body: { tag: 'made by a recipe' } },
  PyfarmTags_schema: { status: 200 },
  PyfarmTags_get: { ...ofTagNumber, status: 200 },
  PyfarmTags_replace: { ...ofTagNumber, status: 201, body: {} },
  // Answers 204 for what is not there, foreign or unknown: test/compat/pyfarm/agents.test.ts tries foreign ones.
  PyfarmTags_remove: { fixed: { tag: 'nothing' }, status: 204 },
  PyfarmTags_agents: { ...ofTagNumber, status: 200 },
  // Its agent stands in the body; the same file tries foreign ones.
  PyfarmTags_addAgent: { ...ofTagNumber, status: 400, body: {} },
  PyfarmAgents_list: { status: 200 },
  PyfarmAgents_announce: { status: 201, body: PYFARM_AGENT },
  PyfarmAgents_schema: { status: 200 },
  PyfarmAgents_get: { path: { id: 'agent' }, status: 200 },
  PyfarmAgents_change: { path: { id: 'agent' }, status: 200, body: { tags: ['new'] } },
  PyfarmAgents_remove: { fixed: { id: PYFARM_AGENT.id }, status: 204 },
  Tokens_list: { status: 200 },
  Tokens_create: { status: 201, body: { name: 'made by a recipe', role: 'viewer' } },
  Tokens_get: { path: { id: 'token' }, status: 200 },
  Tokens_revoke: { path: { id: 'token' }, status: 204 },
  NdschedulerJobs_list: ndsRead,
  NdschedulerJobs_create: { ...ndsWrite, status: 201, body: NDS_JOB },
  NdschedulerJobs_get: { ...ndsRead, ...ofNdsJob },
  NdschedulerJobs_replace: { ...ndsWrite, ...ofNdsJob, body: NDS_JOB },
  NdschedulerJobs_delete: { ...ndsWrite, ...ofNdsJob },
  NdschedulerJobs_pause: { ...ndsWrite, ...ofNdsJob },
  NdschedulerJobs_resume: { ...ndsWrite, ...ofNdsJob },
  NdschedulerExecutions_list: ndsRead,
  NdschedulerExecutions_get: { ...ndsRead, path: { id: 'ended execution' } },
  NdschedulerExecutions_run: { ...AWAITED, path: { id: 'job' } },
  NdschedulerExecutions_runNamed: AWAITED,
  NdschedulerLogs_list: { ...ndsRead, refused: 200 },
  ChaosExecutors_list: { status: 200 },
  ChaosExecutors_move: {
    path: { id: 'executor' },
    status: 200,
    body: { type: 'date', args: { date: '2100-02-01T00:00' } },
  },
  ChaosExecutors_delete: { path: { id: 'executor' }, status: 200 },
  ChaosPlans_list: { status: 200 },
  ChaosPlans_create: {
    status: 200,
    body: {
      name: 'made by a recipe',
      attack: {
        ref: 'terminate_ec2_instance:TerminateEC2Instance',
        args: { filters: {}, region: 'eu-west-1' },
      },
      planner: { ref: 'exact_planner:ExactPlanner', args: { date: '2100-01-01T00:00' } },
    },
  },
  ChaosPlans_get: { path: { id: 'plan' }, status: 200 },
  ChaosPlans_delete: { path: { id: 'plan' }, status: 200 },
  ChaosModules_attacks: { status: 200 },
  ChaosModules_planners: { status: 200 },
  ChaosFlaskManners_redirect: { fixed: { collection: 'plans' }, status: 308 },
  ChaosFlaskManners_redirectPost: { status: 308 },
  ChaosFlaskManners_ofCollection: { fixed: { collection: 'plans' }, status: 200 },
  ChaosFlaskManners_ofItem: { fixed: { collection: 'plans', id: 'any' }, status: 200 },
  CloudifyExecutions_list: { status: 200 },
  // Its deployment stands in the body: test/compat/cloudify/signed-in.test.ts tries foreign ones.
  CloudifyExecutions_start: { status: 404, body: { deployment_id: 'nobodys', workflow_id: 'install' } },
  CloudifyExecutions_delete: { status: 200, body: { keep_last: 1 } },
  CloudifyExecutions_get: { ...ofCloudifyExecution, status: 200 },
  CloudifyExecutions_act: { ...ofCloudifyExecution, status: 200, body: { action: 'cancel' } },
  CloudifyExecutions_report: { ...ofCloudifyExecution, status: 200, body: { status: 'started' } },
  CloudifyExecutions_shouldStart: { ...ofCloudifyExecution, status: 200 },
  CloudifyDeployments_list: { status: 200 },
  CloudifyDeployments_workflows: { status: 200 },
  CloudifyDeployments_get: { ...ofDeployment, status: 200 },
  CloudifyDeployments_create: { fixed: { id: 'made-by-a-recipe' }, status: 201, body: { blueprint_id: 'hello-world' } },
  // Its own has an execution that has not ended, so it is refused; test/compat/cloudify deletes others.
  CloudifyDeployments_delete: { ...ofDeployment, status: 400 },
  CloudifyNeighbours_status: { status: 200 },
  CloudifyNeighbours_blueprints: { status: 200 },
  CloudifyNeighbours_blueprint: { fixed: { id: 'hello-world' }, status: 200 },
  CloudifyNeighbours_createToken: { status: 200, body: {} },
  CloudifyNeighbours_listTokens: { status: 200 },
  CloudifyNeighbours_token: { path: { id: 'token' }, status: 200 },
  CloudifyNeighbours_revokeToken: { path: { id: 'token' }, status: 200 },
  AuditLog_list: { query: { jobId: 'job' }, status: 200 },
};
