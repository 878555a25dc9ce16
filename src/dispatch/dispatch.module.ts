// Owns the in-process worker: what is claimed when, and what becomes of each attempt. Refuses to own the states of executions (executions) and
// how a job class is run (runners).
import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { ExecutionsModule } from '../executions/executions.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { Dispatcher } from './dispatcher.service.js';
import { RunnersModule } from './runners.module.js';
import { WorkerService } from './worker.service.js';

@Module({
  imports: [AgentsModule, ExecutionsModule, JobsModule, RunnersModule, TagsModule],
  providers: [Dispatcher, WorkerService],
})
export class DispatchModule {}
