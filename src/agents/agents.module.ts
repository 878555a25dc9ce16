// Owns the agents and their leases. Refuses to own what they run: a lost agent's runs are taken by `executions`.
import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { AgentDepartures } from './agent-departures.service.js';
import { AgentRegistry } from './agent-registry.service.js';
import { AgentSearch } from './agent-search.service.js';
import { AgentsController } from './agents.controller.js';
import { AgentsService } from './agents.service.js';
import { InventoryAgents } from './inventory-agents.service.js';
import { RemoteAgents } from './remote-agents.service.js';

@Module({
  imports: [AuditLogModule, AuthModule, TagsModule, TenancyModule],
  controllers: [AgentsController],
  providers: [AgentDepartures, AgentRegistry, AgentSearch, AgentsService, InventoryAgents, RemoteAgents],
  exports: [AgentDepartures, AgentRegistry, AgentSearch, AgentsService, InventoryAgents, RemoteAgents],
})
export class AgentsModule {}
