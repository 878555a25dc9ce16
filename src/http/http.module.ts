// Owns what the controllers of the native API share and need injected: the memory of idempotent requests. Refuses to know any feature.
import { Global, Module } from '@nestjs/common';
import { IdempotencyStore } from './idempotency-store.service.js';

@Global()
@Module({ providers: [IdempotencyStore], exports: [IdempotencyStore] })
export class HttpModule {}
