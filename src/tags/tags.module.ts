// Owns tags and which jobs carry them. Refuses to own what a required tag means for placement (`agents`, `dispatch`).
import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { TagsController } from './tags.controller.js';
import { TagsService } from './tags.service.js';

@Module({ imports: [AuditLogModule], controllers: [TagsController], providers: [TagsService], exports: [TagsService] })
export class TagsModule {}
