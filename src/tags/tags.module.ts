// Owns tags and what carries them. Refuses to own what a required tag means for placement (`agents`, `dispatch`).
import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { AgentTags } from './agent-tags.service.js';
import { AgentTagsController } from './agent-tags.controller.js';
import { AttachedTags } from './attached-tags.service.js';
import { JobTags } from './job-tags.service.js';
import { JobTagsController } from './job-tags.controller.js';
import { TagRelations } from './tag-relations.service.js';
import { TagsController } from './tags.controller.js';
import { TagsService } from './tags.service.js';

@Module({
  imports: [AuditLogModule],
  controllers: [TagsController, JobTagsController, AgentTagsController],
  providers: [AgentTags, AttachedTags, JobTags, TagRelations, TagsService],
  exports: [AgentTags, AttachedTags, TagRelations, TagsService],
})
export class TagsModule {}
