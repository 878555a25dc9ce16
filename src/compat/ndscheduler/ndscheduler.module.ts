// ndscheduler's REST API: its paths, wire shapes, states, log texts and sign-in. Refuses to decide what a run, a schedule or a session is: it
// asks the services of those rooms.
import { Module } from '@nestjs/common';
import { AuditLogModule } from '../../audit-log/audit-log.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { ExecutionsModule } from '../../executions/executions.module.js';
import { JobsModule } from '../../jobs/jobs.module.js';
import { NdschedulerExecutionsController } from './ndscheduler-executions.controller.js';
import { NdschedulerExecutionsService } from './ndscheduler-executions.service.js';
import { NdschedulerJobsController } from './ndscheduler-jobs.controller.js';
import { NdschedulerJobsService } from './ndscheduler-jobs.service.js';
import { NdschedulerLogsController } from './ndscheduler-logs.controller.js';
import { NdschedulerLogsService } from './ndscheduler-logs.service.js';
import { NdschedulerSignInController } from './ndscheduler-sign-in.controller.js';
import { NdschedulerSignIn } from './ndscheduler-sign-in.service.js';

@Module({
  imports: [AuditLogModule, AuthModule, ExecutionsModule, JobsModule],
  controllers: [
    NdschedulerExecutionsController,
    NdschedulerJobsController,
    NdschedulerLogsController,
    NdschedulerSignInController,
  ],
  providers: [NdschedulerExecutionsService, NdschedulerJobsService, NdschedulerLogsService, NdschedulerSignIn],
})
export class NdschedulerModule {}
