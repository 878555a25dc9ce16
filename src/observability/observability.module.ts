// Owns what tells others how the process is: health and readiness; the logger is made before any module. Refuses to ask features:
// those that have something to tell register with it.
import { Global, Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.service.js';

@Global()
@Module({ controllers: [HealthController], providers: [Readiness], exports: [Readiness] })
export class ObservabilityModule {}
