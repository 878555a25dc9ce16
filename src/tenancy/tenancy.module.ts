// Owns tenants and the decision for which of them a request acts. Refuses to own users and permissions (`auth`).
import { Global, Module } from '@nestjs/common';
import { TenantsService } from './tenants.service.js';

@Global()
@Module({ providers: [TenantsService], exports: [TenantsService] })
export class TenancyModule {}
