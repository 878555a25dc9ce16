import { Agent } from './agents/agent.entity.js';
import { InventoryAgent } from './agents/inventory-agent.entity.js';
import { AuditEntry } from './audit-log/audit-entry.entity.js';
import { AgentCredential } from './auth/agent-credential.entity.js';
import { AgentJoinToken } from './auth/agent-join-token.entity.js';
import { ApiToken } from './auth/api-token.entity.js';
import { Membership } from './auth/membership.entity.js';
import { Session } from './auth/session.entity.js';
import { SignInAttempt } from './auth/sign-in-attempt.entity.js';
import { User } from './auth/user.entity.js';
import { Backfill } from './executions/backfills/backfill.entity.js';
import { BackfillRun } from './executions/backfills/backfill-run.entity.js';
import { CountingMark } from './executions/counting-mark.entity.js';
import { ExecutionCount } from './executions/execution-count.entity.js';
import { ExecutionLog } from './executions/execution-log.entity.js';
import { Execution } from './executions/execution.entity.js';
import { LiveRun } from './executions/live-run.entity.js';
import { OutlyingExecution } from './executions/outlying-execution.entity.js';
import { RunSheet } from './executions/run-sheet.entity.js';
import { UnsuccessfulExecution } from './executions/unsuccessful-execution.entity.js';
import { HousekeepingTurn } from './housekeeping/housekeeping-turn.entity.js';
import { IdempotencyKey } from './http/idempotency-key.entity.js';
import { Calendar } from './jobs/calendars/calendar.entity.js';
import { Gate } from './jobs/gate.entity.js';
import { JobGroup } from './jobs/group.entity.js';
import { Job } from './jobs/job.entity.js';
import { Profile } from './jobs/profiles/profile.entity.js';
import { Queue } from './jobs/queue.entity.js';
import { Trigger } from './jobs/trigger.entity.js';
import { AgentTag } from './tags/agent-tag.entity.js';
import { JobTag } from './tags/job-tag.entity.js';
import { Tag } from './tags/tag.entity.js';
import { Tenant } from './tenancy/tenant.entity.js';

/** Every entity, listed by hand, for TypeORM and for the check of the migrations against the entities. */
export const ENTITIES = [
  Agent,
  AgentCredential,
  AgentJoinToken,
  AgentTag,
  ApiToken,
  AuditEntry,
  Backfill,
  BackfillRun,
  Calendar,
  CountingMark,
  Execution,
  ExecutionCount,
  ExecutionLog,
  Gate,
  HousekeepingTurn,
  IdempotencyKey,
  InventoryAgent,
  Job,
  JobGroup,
  JobTag,
  LiveRun,
  Membership,
  OutlyingExecution,
  Profile,
  Queue,
  RunSheet,
  Session,
  SignInAttempt,
  Tag,
  Tenant,
  Trigger,
  UnsuccessfulExecution,
  User,
];
