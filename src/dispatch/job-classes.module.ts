// Owns the API's view of the job classes. Refuses to own how they run (runners).
import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { JobClassesController } from './job-classes.controller.js';
import { RunnersModule } from './runners.module.js';

@Module({ imports: [JobsModule, RunnersModule], controllers: [JobClassesController] })
export class JobClassesModule {}
