// Owns the watch over silent workers. Part of the role scheduler, so that it goes on where no worker runs.
import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { ExecutionsModule } from '../executions/executions.module.js';
import { RescuerService } from './rescuer.service.js';

@Module({ imports: [AgentsModule, ExecutionsModule], providers: [RescuerService] })
export class RescueModule {}
