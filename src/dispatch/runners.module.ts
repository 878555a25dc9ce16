// Owns the one set of runners of this process, for the worker that uses them and the API that describes them. Nothing is started before the
// first run needs it.
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { forbidsAllUserClasses } from '../runners/class-patterns.js';
import { createRunners } from '../runners/create-runners.js';
import { addressPolicy } from '../runners/http/address-policy.js';
import { RunnerRegistry } from '../runners/runner-registry.js';

@Module({
  providers: [
    {
      provide: RunnerRegistry,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        createRunners({
          // To list user classes their files are loaded, which runs their top level.
          jobsDir: forbidsAllUserClasses(config.forbiddenJobClasses) ? null : config.jobsDir,
          cacheDir: join(config.dataDir, 'cache'),
          maxProcesses: config.workerSlots,
          environment: config.childEnvironment,
          slackWebhookUrl: config.slackWebhookUrl,
          httpAllows: addressPolicy({
            allowLoopback: config.httpAllowLoopback,
            allowPrivateNetworks: config.httpAllowPrivateNetworks,
            allowedNetworks: config.httpAllowedNetworks,
          }),
        }),
    },
  ],
  exports: [RunnerRegistry],
})
export class RunnersModule {}
