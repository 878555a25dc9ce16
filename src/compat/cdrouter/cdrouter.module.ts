// The CDRouter Web API, as far as jobs go: its paths, wire shapes, filters and sign-in. Refuses to decide what a run, a profile or an agent is: it asks the
// services of those rooms.
import { Module } from '@nestjs/common';
import { AgentsModule } from '../../agents/agents.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { ExecutionsModule } from '../../executions/executions.module.js';
import { JobsModule } from '../../jobs/jobs.module.js';
import { BulkJobs } from './bulk-jobs.service.js';
import { CdrouterConfigsController } from './cdrouter-configs.controller.js';
import { CdrouterConfigs } from './cdrouter-configs.service.js';
import { CdrouterDevicesController } from './cdrouter-devices.controller.js';
import { CdrouterDevices } from './cdrouter-devices.service.js';
import { CdrouterJobsController } from './cdrouter-jobs.controller.js';
import { CdrouterJobs } from './cdrouter-jobs.service.js';
import { CdrouterPackagesController } from './cdrouter-packages.controller.js';
import { CdrouterPackages } from './cdrouter-packages.service.js';
import { CdrouterSignInController } from './cdrouter-sign-in.controller.js';
import { CdrouterSignIn } from './cdrouter-sign-in.service.js';
import { JobPosts } from './job-posts.service.js';
import { LaunchPlans } from './launch-plans.service.js';
import { PackageFields } from './package-fields.service.js';
import { References } from './references.service.js';

@Module({
  imports: [AgentsModule, AuthModule, ExecutionsModule, JobsModule],
  controllers: [
    CdrouterJobsController,
    CdrouterPackagesController,
    CdrouterDevicesController,
    CdrouterConfigsController,
    CdrouterSignInController,
  ],
  providers: [
    BulkJobs,
    CdrouterConfigs,
    CdrouterDevices,
    CdrouterJobs,
    CdrouterPackages,
    CdrouterSignIn,
    JobPosts,
    LaunchPlans,
    PackageFields,
    References,
  ],
})
export class CdrouterModule {}
