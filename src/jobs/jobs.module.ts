// Owns what runs and when: jobs, their groups, triggers, queues and gates. Refuses to own what became of an occurrence (executions) and when a timer
// goes off (scheduler).
import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { AnnotatedJobs } from './annotated-jobs.service.js';
import { AttributedGroups } from './attributed-groups.service.js';
import { CalendarBooks } from './calendars/calendar-books.service.js';
import { CalendarRearm } from './calendars/calendar-rearm.service.js';
import { CalendarsController } from './calendars/calendars.controller.js';
import { CalendarsService } from './calendars/calendars.service.js';
import { DateTriggers } from './date-triggers.service.js';
import { DemoJob } from './demo-job.service.js';
import { DueTriggers } from './due-triggers.service.js';
import { GroupEdits } from './group-edits.service.js';
import { GroupsController } from './groups.controller.js';
import { GroupsService } from './groups.service.js';
import { JobBundles } from './job-bundles.service.js';
import { JobChangeListeners } from './job-change.listeners.js';
import { JobClassRules } from './job-class-rules.service.js';
import { JobEdits } from './job-edits.service.js';
import { JobReschedules } from './job-reschedules.service.js';
import { JobsController } from './jobs.controller.js';
import { JobSearch } from './job-search.service.js';
import { JobsService } from './jobs.service.js';
import { ProfileSearch } from './profiles/profile-search.service.js';
import { ProfilesController } from './profiles/profiles.controller.js';
import { ProfilesService } from './profiles/profiles.service.js';
import { SchedulesController } from './schedules.controller.js';
import { TriggerWriter } from './trigger-writer.service.js';
import { TriggersController } from './triggers.controller.js';
import { TriggersService } from './triggers.service.js';

@Module({
  imports: [AuditLogModule, TagsModule],
  controllers: [
    JobsController,
    GroupsController,
    TriggersController,
    SchedulesController,
    CalendarsController,
    ProfilesController,
  ],
  providers: [
    AnnotatedJobs,
    AttributedGroups,
    CalendarBooks,
    CalendarRearm,
    CalendarsService,
    DateTriggers,
    DemoJob,
    DueTriggers,
    GroupEdits,
    GroupsService,
    JobBundles,
    JobChangeListeners,
    JobClassRules,
    JobEdits,
    JobReschedules,
    JobSearch,
    JobsService,
    ProfileSearch,
    ProfilesService,
    TriggerWriter,
    TriggersService,
  ],
  exports: [
    AnnotatedJobs,
    AttributedGroups,
    CalendarBooks,
    DateTriggers,
    DemoJob,
    DueTriggers,
    GroupEdits,
    GroupsService,
    JobBundles,
    JobChangeListeners,
    JobClassRules,
    JobEdits,
    JobReschedules,
    JobSearch,
    JobsService,
    ProfileSearch,
    ProfilesService,
    TriggersService,
  ],
})
export class JobsModule {}
