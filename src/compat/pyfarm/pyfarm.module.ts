// PyFarm's tag API and the agents that it needs. Owns their wire shapes; refuses rules about tags and agents (`tags`, `agents`).
import { Module } from '@nestjs/common';
import { AgentsModule } from '../../agents/agents.module.js';
import { TagsModule } from '../../tags/tags.module.js';
import { PyfarmAgentsController } from './pyfarm-agents.controller.js';
import { PyfarmAgents } from './pyfarm-agents.service.js';
import { PyfarmTagsController } from './pyfarm-tags.controller.js';
import { PyfarmTags } from './pyfarm-tags.service.js';
import { PyfarmRedirectController } from './redirect.controller.js';

@Module({
  imports: [AgentsModule, TagsModule],
  controllers: [PyfarmTagsController, PyfarmAgentsController, PyfarmRedirectController],
  providers: [PyfarmAgents, PyfarmTags],
})
export class PyfarmModule {}
