// Owns when old things go away and the history is counted: whose turn it is, how much at once, with what pauses. Refuses to own what may go and
// what is counted: the rooms that own the tables say so.
import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { ExecutionsModule } from '../executions/executions.module.js';
import { HousekeepingService } from './housekeeping.service.js';

@Module({ imports: [AgentsModule, AuditLogModule, ExecutionsModule], providers: [HousekeepingService] })
export class HousekeepingModule {}
