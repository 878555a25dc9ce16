// The API of the Cloudify manager: deployments are groups, their workflows jobs, executions executions. Refuses rules of its own: it only says things in
// the original's words.
import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { ExecutionsModule } from '../../executions/executions.module.js';
import { JobsModule } from '../../jobs/jobs.module.js';
import { TenancyModule } from '../../tenancy/tenancy.module.js';
import { CloudifyChanges } from './cloudify-changes.service.js';
import { CloudifyDeploymentsController } from './cloudify-deployments.controller.js';
import { CloudifyDeployments } from './cloudify-deployments.service.js';
import { CloudifyExecutionsController } from './cloudify-executions.controller.js';
import { CloudifyExecutions } from './cloudify-executions.service.js';
import { CloudifyNeighboursController } from './cloudify-neighbours.controller.js';
import { CloudifyNeighbours } from './cloudify-neighbours.service.js';
import { CloudifyReports } from './cloudify-reports.service.js';
import { CloudifyStarts } from './cloudify-starts.service.js';
import { CloudifyTokens } from './cloudify-tokens.service.js';

@Module({
  imports: [AuthModule, ExecutionsModule, JobsModule, TenancyModule],
  controllers: [CloudifyExecutionsController, CloudifyDeploymentsController, CloudifyNeighboursController],
  providers: [
    CloudifyChanges,
    CloudifyDeployments,
    CloudifyExecutions,
    CloudifyNeighbours,
    CloudifyReports,
    CloudifyStarts,
    CloudifyTokens,
  ],
})
export class CloudifyModule {}
