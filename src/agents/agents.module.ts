// Owns the agents and their leases. Refuses to own what they run: a lost agent's runs are taken by `executions`.
import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { AgentRegistry } from './agent-registry.service.js';
import { AgentsController } from './agents.controller.js';
import { AgentsService } from './agents.service.js';
import { InventoryAgents } from './inventory-agents.service.js';

@Module({
  imports: [AuditLogModule, TagsModule],
  controllers: [AgentsController],
  providers: [AgentRegistry, AgentsService, InventoryAgents],
  exports: [AgentRegistry, AgentsService, InventoryAgents],
})
export class AgentsModule {}
