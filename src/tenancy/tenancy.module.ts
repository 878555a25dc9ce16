// Owns tenants: which there are and how they are named. Refuses to own users, roles and the decision for which tenant a request
// acts (`auth`).
import { Global, Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsService } from './tenants.service.js';

@Global()
@Module({
  imports: [AuditLogModule],
  controllers: [TenantsController],
  providers: [TenantsService],
  exports: [TenantsService],
})
export class TenancyModule {}
