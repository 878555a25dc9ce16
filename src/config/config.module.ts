// Owns the parsed settings and the clock as injectable values. Refuses to own any decision about them: each room reads what it needs.
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import type { Config } from './config.js';

/** Injection token of the parsed settings. */
export const CONFIG = Symbol('Config');

@Global()
@Module({})
export class ConfigModule {
  static with(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      providers: [Clock, { provide: CONFIG, useValue: config }],
      exports: [Clock, CONFIG],
    };
  }
}
