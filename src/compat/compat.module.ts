// The APIs of other systems. Owns their wire shapes; refuses tables, rules and decisions: those belong to the services below.
import { Module } from '@nestjs/common';
import { CdrouterModule } from './cdrouter/cdrouter.module.js';
import { ChaosmonkeyModule } from './chaosmonkey/chaosmonkey.module.js';
import { CloudifyModule } from './cloudify/cloudify.module.js';
import { NdschedulerModule } from './ndscheduler/ndscheduler.module.js';
import { PyfarmModule } from './pyfarm/pyfarm.module.js';

@Module({ imports: [CdrouterModule, ChaosmonkeyModule, CloudifyModule, NdschedulerModule, PyfarmModule] })
export class CompatModule {}
