import { Spine1763770000000 } from './1763770000000-spine.js';
import { TenantWall1763770100000 } from './1763770100000-tenant-wall.js';
import { Accounts1763780000000 } from './1763780000000-accounts.js';
import { ForbiddenJobClasses1763780300000 } from './1763780300000-forbidden-job-classes.js';
import { Fleet1763790100000 } from './1763790100000-fleet.js';
import { Placement1763790200000 } from './1763790200000-placement.js';
import { Groups1763790300000 } from './1763790300000-groups.js';
import { Ndscheduler1763790400000 } from './1763790400000-ndscheduler.js';
import { Chaosmonkey1763790500000 } from './1763790500000-chaosmonkey.js';
import { Labels1763790600000 } from './1763790600000-labels.js';
import { Calendars1763790700000 } from './1763790700000-calendars.js';
import { Cloudify1763790800000 } from './1763790800000-cloudify.js';
import { Cdrouter1763790900000 } from './1763790900000-cdrouter.js';
import { DaylightSaving1763791000000 } from './1763791000000-daylight-saving.js';
import { HotEnds1763791100000 } from './1763791100000-hot-ends.js';
import { SearchIndexes1763791200000 } from './1763791200000-search-indexes.js';
import { LighterExecutions1763791300000 } from './1763791300000-lighter-executions.js';
import { AnnotatedRuns1763791400000 } from './1763791400000-annotated-runs.js';
import { PlannedSheets1763791500000 } from './1763791500000-planned-sheets.js';
import { SheetedRuns1763791600000 } from './1763791600000-sheeted-runs.js';
import { UnsuccessfulByJob1763791700000 } from './1763791700000-unsuccessful-by-job.js';
import { ExecutionCounts1763791800000 } from './1763791800000-execution-counts.js';
import { AscendingTimes1763791900000 } from './1763791900000-ascending-times.js';
import { OutlyingExecutions1763792000000 } from './1763792000000-outlying-executions.js';
import { SheetOrders1763792100000 } from './1763792100000-sheet-orders.js';

/** All migrations in order. Listed by hand: a glob would pick up whatever lies in the folder. */
export const MIGRATIONS = [
  Spine1763770000000,
  TenantWall1763770100000,
  Accounts1763780000000,
  ForbiddenJobClasses1763780300000,
  Fleet1763790100000,
  Placement1763790200000,
  Groups1763790300000,
  Ndscheduler1763790400000,
  Chaosmonkey1763790500000,
  Labels1763790600000,
  Calendars1763790700000,
  Cloudify1763790800000,
  Cdrouter1763790900000,
  DaylightSaving1763791000000,
  HotEnds1763791100000,
  SearchIndexes1763791200000,
  LighterExecutions1763791300000,
  AnnotatedRuns1763791400000,
  PlannedSheets1763791500000,
  SheetedRuns1763791600000,
  UnsuccessfulByJob1763791700000,
  ExecutionCounts1763791800000,
  AscendingTimes1763791900000,
  OutlyingExecutions1763792000000,
  SheetOrders1763792100000,
];
