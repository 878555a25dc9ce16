// The APIs of other systems. Owns their wire shapes; refuses tables, rules and decisions: those belong to the services below.
import { Module } from '@nestjs/common';
import { PyfarmModule } from './pyfarm/pyfarm.module.js';

@Module({ imports: [PyfarmModule] })
export class CompatModule {}
