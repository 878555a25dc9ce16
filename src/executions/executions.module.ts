// Owns what became of every occurrence: executions, the live runs among them, their output. Refuses to own when something is due (scheduler),
// who runs it and how (dispatch, runners).
import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { AnnotatedExecutions } from './annotated-executions.service.js';
import { AnnotatedRuns } from './annotated-runs.service.js';
import { AwaitedRuns } from './awaited-runs.service.js';
import { BackfillFeeding } from './backfills/backfill-feeding.service.js';
import { BackfillsController } from './backfills/backfills.controller.js';
import { BackfillsService } from './backfills/backfills.service.js';
import { DrivenRuns } from './driven-runs.service.js';
import { ExecutionsController } from './executions.controller.js';
import { ExecutionSearch } from './execution-search.service.js';
import { ExecutionsService } from './executions.service.js';
import { ExecutionExplanationsController } from './explain/execution-explanations.controller.js';
import { ExplainService } from './explain/explain.service.js';
import { JobExplanationsController } from './explain/job-explanations.controller.js';
import { Firing } from './firing.service.js';
import { ForemostRuns } from './foremost-runs.service.js';
import { HistoryCounts } from './history-counts.service.js';
import { HistoryPruner } from './history-pruner.service.js';
import { JobChanges } from './job-changes.service.js';
import { JobRunsController } from './job-runs.controller.js';
import { Launches } from './launches.service.js';
import { OwnWorker } from './own-worker.js';
import { Rescue } from './rescue.service.js';
import { ResumedRuns } from './resumed-runs.service.js';
import { RunEnds } from './run-ends.service.js';
import { RunCommands } from './run-commands.service.js';
import { RunMaking } from './run-making.service.js';
import { WorkQueue } from './work-queue.service.js';

@Module({
  imports: [AuditLogModule, JobsModule],
  controllers: [
    BackfillsController,
    ExecutionsController,
    ExecutionExplanationsController,
    JobExplanationsController,
    JobRunsController,
  ],
  providers: [
    AnnotatedExecutions,
    AnnotatedRuns,
    AwaitedRuns,
    BackfillFeeding,
    BackfillsService,
    DrivenRuns,
    ExecutionSearch,
    ExecutionsService,
    ExplainService,
    Firing,
    ForemostRuns,
    HistoryCounts,
    HistoryPruner,
    JobChanges,
    Launches,
    OwnWorker,
    Rescue,
    ResumedRuns,
    RunCommands,
    RunEnds,
    RunMaking,
    WorkQueue,
  ],
  exports: [
    AnnotatedExecutions,
    AnnotatedRuns,
    AwaitedRuns,
    BackfillFeeding,
    DrivenRuns,
    ExecutionSearch,
    ExecutionsService,
    Firing,
    HistoryCounts,
    HistoryPruner,
    Launches,
    OwnWorker,
    Rescue,
    ResumedRuns,
    RunCommands,
    WorkQueue,
  ],
})
export class ExecutionsModule {}
