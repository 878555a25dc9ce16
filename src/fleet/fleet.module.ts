// Owns the agents' protocol: what agents on other machines ask and say, over HTTP. Refuses to own the states of executions (executions), the
// lives of agents (agents) and the rules by which work is shared out (dispatch).
import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { ExecutionsModule } from '../executions/executions.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { AgentDeparturesController } from './agent-departures.controller.js';
import { AgentProtocolController } from './agent-protocol.controller.js';
import { AgentReports } from './agent-reports.service.js';
import { Completions } from './completions.service.js';
import { FleetClaims } from './fleet-claims.service.js';
import { Heartbeats } from './heartbeats.service.js';
import { Leaving } from './leaving.service.js';
import { Reconciliation } from './reconciliation.service.js';
import { Registrations } from './registrations.service.js';
import { WorkSignals } from './work-signals.service.js';

@Module({
  imports: [AgentsModule, AuditLogModule, AuthModule, ExecutionsModule, JobsModule, TagsModule],
  controllers: [AgentProtocolController, AgentDeparturesController],
  providers: [AgentReports, Completions, FleetClaims, Heartbeats, Leaving, Reconciliation, Registrations, WorkSignals],
})
export class FleetModule {}
