// The APIs of other systems. Owns their wire shapes; refuses tables, rules and decisions: those belong to the services below.
import { Module } from '@nestjs/common';
import { ChaosmonkeyModule } from './chaosmonkey/chaosmonkey.module.js';

@Module({ imports: [ChaosmonkeyModule] })
export class CompatModule {}
