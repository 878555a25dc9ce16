// The services around the SQL of jobs and executions, on a database of their own, without HTTP, timers and workers: what race
// tests call from many connections.
import 'reflect-metadata';
import pg from 'pg';
import { AgentRegistry } from '../../src/agents/agent-registry.service.js';
import { ENTITIES } from '../../src/app.entities.js';
import { AuditLog } from '../../src/audit-log/audit-log.service.js';
import { runInContext } from '../../src/context/request-context.js';
import { Announcements } from '../../src/database/announcements.js';
import { CommandPool } from '../../src/database/command-pool.js';
import { Database } from '../../src/database/database.js';
import { DispatchPool } from '../../src/database/dispatch-pool.js';
import { Listener } from '../../src/database/listener.js';
import { SystemDatabase } from '../../src/database/system-database.js';
import { openTenantPool, tenantPoolOptions } from '../../src/database/tenant-pool.js';
import { AnnotatedRuns } from '../../src/executions/annotated-runs.service.js';
import { BackfillFeeding } from '../../src/executions/backfills/backfill-feeding.service.js';
import { BackfillsService } from '../../src/executions/backfills/backfills.service.js';
import { DrivenRuns } from '../../src/executions/driven-runs.service.js';
import { ExecutionsService } from '../../src/executions/executions.service.js';
import { Firing } from '../../src/executions/firing.service.js';
import { JobChanges } from '../../src/executions/job-changes.service.js';
import { OwnWorker } from '../../src/executions/own-worker.js';
import { Rescue } from '../../src/executions/rescue.service.js';
import { ResumedRuns } from '../../src/executions/resumed-runs.service.js';
import { RunCommands } from '../../src/executions/run-commands.service.js';
import { RunMaking } from '../../src/executions/run-making.service.js';
import { WorkQueue, type ClaimedRun, type RunEnd } from '../../src/executions/work-queue.service.js';
import { CalendarBooks } from '../../src/jobs/calendars/calendar-books.service.js';
import { CalendarRearm } from '../../src/jobs/calendars/calendar-rearm.service.js';
import { CalendarsService } from '../../src/jobs/calendars/calendars.service.js';
import { DueTriggers } from '../../src/jobs/due-triggers.service.js';
import { GroupEdits } from '../../src/jobs/group-edits.service.js';
import { GroupsService } from '../../src/jobs/groups.service.js';
import { JobChangeListeners } from '../../src/jobs/job-change.listeners.js';
import { JobClassRules } from '../../src/jobs/job-class-rules.service.js';
import { JobEdits } from '../../src/jobs/job-edits.service.js';
import { JobsService } from '../../src/jobs/jobs.service.js';
import { TriggerWriter } from '../../src/jobs/trigger-writer.service.js';
import { TriggersService } from '../../src/jobs/triggers.service.js';
import { Clock } from '../../src/kernel/clock.js';
import { newId } from '../../src/kernel/ids.js';
import { TagsService } from '../../src/tags/tags.service.js';
import { TenantsService } from '../../src/tenancy/tenants.service.js';
import { createTestDatabase } from './test-database.js';

/** One replica's worth of dispatch connections with the services that use them. */
export interface Replica {
  readonly pool: DispatchPool;
  readonly firing: Firing;
  readonly queue: WorkQueue;
  readonly rescue: Rescue;
  readonly triggers: DueTriggers;
  readonly feeding: BackfillFeeding;
}

/** Everything that changes jobs and executions. */
export interface Engine extends Replica {
  readonly url: string;
  readonly tenantId: string;
  readonly edits: JobEdits;
  readonly groups: GroupEdits;
  readonly triggerEdits: TriggersService;
  readonly calendars: CalendarsService;
  readonly backfills: BackfillsService;
  readonly commands: RunCommands;
  readonly driven: DrivenRuns;
  readonly annotated: AnnotatedRuns;
  readonly resumed: ResumedRuns;
  readonly agents: AgentRegistry;
  /** Takes nothing until a test says who does. */
  readonly ownWorker: OwnWorker;
  /** Rows of a statement, past the services. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Runs `work` as a request of the default tenant would. */
  asTenant<T>(work: () => Promise<T>): Promise<T>;
  /** A further replica; closed with the engine. */
  replica(connections?: number): Replica;
  /** A connection of its own, for a transaction that the test holds open; closed with the engine. */
  session(): Promise<pg.Client>;
  close(): Promise<void>;
}

/** How much the tests of one file need. */
export interface EngineOptions {
  /** Connections of the API's pool. Default 8. */
  readonly apiConnections?: number;
}

/** Makes it. To be called in `beforeAll`, and closed in `afterAll`. */
export async function startEngine({ apiConnections = 8 }: EngineOptions = {}): Promise<Engine> {
  const database = await createTestDatabase();
  const source = await openTenantPool(tenantPoolOptions(database.url, apiConnections, ENTITIES));
  const sqlPool = new pg.Pool({ connectionString: database.url, max: 4 });
  const closers: (() => Promise<void>)[] = [];
  const listener = new Listener(database.url);
  await listener.start();
  closers.push(() => listener.close());
  const announcements = new Announcements(listener);
  const replica = (connections = 4): Replica => {
    const pool = new DispatchPool(database.url, connections);
    closers.push(() => pool.close());
    return {
      pool,
      firing: new Firing(pool, announcements),
      queue: new WorkQueue(pool),
      rescue: new Rescue(pool),
      triggers: new DueTriggers(pool),
      feeding: new BackfillFeeding(pool, announcements),
    };
  };
  const own = replica();
  const commandPool = new CommandPool(database.url, apiConnections);
  closers.push(() => commandPool.close());
  const api = new Database(source);
  const audit = new AuditLog();
  const tenants = new TenantsService(new SystemDatabase(source), audit);
  const { tenant } = await tenants.ensureDefault();
  const classes = new JobClassRules({ forbiddenJobClasses: [] }, tenants, api);
  const tags = new TagsService(api, audit);
  const listeners = new JobChangeListeners();
  new JobChanges(listeners);
  const groups = new GroupsService(api);
  const books = new CalendarBooks(api);
  const writer = new TriggerWriter(audit, books);
  const clock = new Clock();
  const executions = new ExecutionsService(api);
  const ownWorker = new OwnWorker();
  const making = new RunMaking(commandPool, announcements, audit, classes, ownWorker);
  const commands = new RunCommands(api, executions, audit, making);
  const driven = new DrivenRuns(api, audit);
  return {
    ...own,
    ownWorker,
    url: database.url,
    tenantId: tenant.id,
    edits: new JobEdits(
      api,
      new JobsService(api, tags, groups),
      writer,
      tags,
      audit,
      listeners,
      clock,
      classes,
      groups,
    ),
    groups: new GroupEdits(api, groups, audit, listeners),
    triggerEdits: new TriggersService(api, writer, audit, clock, books),
    calendars: new CalendarsService(api, audit, new CalendarRearm(books, clock)),
    backfills: new BackfillsService(api, audit, books, classes, clock),
    commands,
    driven,
    annotated: new AnnotatedRuns(api, commands, making, driven, classes, audit, clock),
    resumed: new ResumedRuns(api, executions, audit),
    agents: new AgentRegistry(own.pool),
    sql: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await sqlPool.query<Row>(text, values)).rows,
    asTenant: (work) => runInContext({ requestId: newId(), actor: 'tester', tenant }, work),
    replica,
    session: async () => {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      closers.push(() => client.end());
      return client;
    },
    close: async () => {
      for (const close of closers.reverse()) await close();
      await source.destroy();
      await sqlPool.end();
      await database.drop();
    },
  };
}

/** Signs a worker on; answers its id. */
export function anAgent(engine: Engine, over: { leaseMs?: number; tags?: string[] } = {}): Promise<string> {
  return engine.agents.register({
    name: 'worker',
    kind: 'remote',
    hostname: 'test-host',
    pid: null,
    processIdentity: null,
    slots: 10,
    tags: over.tags ?? [],
    leaseMs: over.leaseMs ?? 60_000,
    tenantId: null,
  });
}

/** How a run ended well; `over` says what is different. */
export function anEnd(run: Pick<ClaimedRun, 'id' | 'fence' | 'gateId'>, over: Partial<RunEnd> = {}): RunEnd {
  const { id, fence, gateId } = run;
  const facts = { reason: null, exitCode: 0, result: null, error: null, pid: 1, startedAt: new Date(), retryAt: null };
  return { id, fence, gateId, state: 'succeeded', finishedAt: new Date(), ...facts, ...over };
}

/** Ids of the queues that have pending runs, as claims want them. */
export async function pendingQueues(replica: Replica): Promise<{ id: number; rank: number }[]> {
  return (await replica.queue.waitingQueues()).map(({ id }) => ({ id, rank: 0 }));
}

/** Claims whatever is pending, up to `limit`. */
export async function claimAny(replica: Replica, agentId: string, limit: number): Promise<ClaimedRun[]> {
  return replica.queue.claim(agentId, await pendingQueues(replica), limit, limit);
}

/** The counters of the gates beside what the live runs say; they must never differ. */
export async function gateDifferences(engine: Engine): Promise<unknown[]> {
  return engine.sql(
    `SELECT g.id, g.active, g.queued, c.active AS counted_active, c.queued AS counted_queued, g.max_active
       FROM gates g CROSS JOIN LATERAL (
         SELECT count(*) FILTER (WHERE CASE WHEN j.id = g.id THEN l.held_by IS DISTINCT FROM j.id ELSE l.held_by IS NULL END)::int AS active,
                count(*) FILTER (WHERE l.held_by = g.id)::int AS queued
           FROM live_runs l JOIN gates j ON j.id = l.gate_id WHERE g.id IN (j.id, j.next_gate_id)) c
      WHERE g.active <> c.active OR g.queued <> c.queued`,
  );
}
