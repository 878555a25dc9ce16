// The APIs of other systems. Owns their wire shapes; refuses tables, rules and decisions: those belong to the services below.
import { Module } from '@nestjs/common';
import { ChaosmonkeyModule } from './chaosmonkey/chaosmonkey.module.js';
import { CloudifyModule } from './cloudify/cloudify.module.js';
import { NdschedulerModule } from './ndscheduler/ndscheduler.module.js';
import { PyfarmModule } from './pyfarm/pyfarm.module.js';

@Module({ imports: [ChaosmonkeyModule, CloudifyModule, NdschedulerModule, PyfarmModule] })
export class CompatModule {}
