// Owns the record of who changed what. Refuses to decide what is worth recording: the feature that makes a change says so.
import { Module } from '@nestjs/common';
import { AuditLogController } from './audit-log.controller.js';
import { AuditLogReader } from './audit-log-reader.service.js';
import { AuditLogPruner } from './audit-log-pruner.service.js';
import { AuditLog } from './audit-log.service.js';

@Module({
  controllers: [AuditLogController],
  providers: [AuditLog, AuditLogPruner, AuditLogReader],
  exports: [AuditLog, AuditLogPruner, AuditLogReader],
})
export class AuditLogModule {}
