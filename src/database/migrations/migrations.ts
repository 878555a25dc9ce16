import { Spine1763770000000 } from './1763770000000-spine.js';
import { TenantWall1763770100000 } from './1763770100000-tenant-wall.js';
import { Accounts1763780000000 } from './1763780000000-accounts.js';
import { Calendars1763790700000 } from './1763790700000-calendars.js';
import { ForbiddenJobClasses1763780300000 } from './1763780300000-forbidden-job-classes.js';

/** All migrations in order. Listed by hand: a glob would pick up whatever lies in the folder. */
export const MIGRATIONS = [
  Spine1763770000000,
  TenantWall1763770100000,
  Accounts1763780000000,
  ForbiddenJobClasses1763780300000,
  Calendars1763790700000,
];
