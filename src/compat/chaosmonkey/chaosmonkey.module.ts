// The API of the Chaos Monkey Engine: plans are jobs, executors their date triggers. Refuses rules of its own: it only says things in the
// original's words.
import { Module } from '@nestjs/common';
import { JobsModule } from '../../jobs/jobs.module.js';
import { ChaosExecutorsController } from './executors.controller.js';
import { ExecutorsService } from './executors.service.js';
import { ChaosFlaskMannersController } from './flask-manners.controller.js';
import { ChaosModulesController } from './modules.controller.js';
import { ChaosPlansController } from './plans.controller.js';
import { PlansService } from './plans.service.js';

@Module({
  imports: [JobsModule],
  controllers: [ChaosExecutorsController, ChaosPlansController, ChaosModulesController, ChaosFlaskMannersController],
  providers: [ExecutorsService, PlansService],
})
export class ChaosmonkeyModule {}
