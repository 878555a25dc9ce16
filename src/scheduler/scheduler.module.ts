// Owns the timers: which trigger is due when, and firing it on time. Refuses to own what firing does to the tables (executions) and how
// instants are computed (calendar).
import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { ExecutionsModule } from '../executions/executions.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { BackfillLoop } from './backfill-loop.service.js';
import { DatabaseTime } from './database-time.js';
import { DelayedRuns } from './delayed-runs.service.js';
import { FireLoop } from './fire-loop.js';
import { RecheckLoop } from './recheck-loop.js';
import { SchedulerService } from './scheduler.service.js';
import { TriggerRegistry } from './trigger-registry.js';

@Module({
  imports: [ScheduleModule.forRoot(), JobsModule, ExecutionsModule],
  providers: [BackfillLoop, DatabaseTime, DelayedRuns, FireLoop, RecheckLoop, SchedulerService, TriggerRegistry],
  exports: [SchedulerService],
})
export class SchedulerModule {}
