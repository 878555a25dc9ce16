// Owns the agents and their leases. Refuses to own what they run: a lost agent's runs are taken by `executions`.
import { Module } from '@nestjs/common';
import { AgentRegistry } from './agent-registry.service.js';
import { AgentsController } from './agents.controller.js';
import { AgentsService } from './agents.service.js';

@Module({
  controllers: [AgentsController],
  providers: [AgentRegistry, AgentsService],
  exports: [AgentRegistry, AgentsService],
})
export class AgentsModule {}
