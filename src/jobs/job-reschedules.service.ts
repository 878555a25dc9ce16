import { Inject, Injectable } from '@nestjs/common';
import { JobEdits } from './job-edits.service.js';
import type { JobView } from './job.dto.js';
import type { PatchJobDto } from './job-input.dto.js';
import { JobsService } from './jobs.service.js';
import type { TriggerInputDto } from './trigger-input.dto.js';
import { TriggersService } from './triggers.service.js';

/** A trigger to be changed, or with `id` null to be added. */
export interface Reschedule {
  readonly id: string | null;
  readonly input: TriggerInputDto;
}

/** Changes a job and one of its triggers at once, for callers to whom both are one thing. */
@Injectable()
export class JobReschedules {
  constructor(
    @Inject(JobEdits) private readonly edits: JobEdits,
    @Inject(TriggersService) private readonly triggers: TriggersService,
    @Inject(JobsService) private readonly jobs: JobsService,
  ) {}

  /**
   * One transaction: either both change or nothing. `rescheduleOf` sees the triggers of the job and names the change, null for none. Throws
   * what `JobEdits.patch` and `TriggersService.patch` throw; `not_found` also when the trigger was deleted meanwhile.
   */
  async patch(id: string, input: PatchJobDto, rescheduleOf: (job: JobView) => Reschedule | null): Promise<JobView> {
    const reschedule = rescheduleOf(await this.jobs.get(id));
    await this.edits.patch(id, input, undefined, async (tx, job) => {
      if (reschedule) await this.triggers.putTx(tx, job, reschedule.id, reschedule.input);
    });
    return this.jobs.get(id);
  }
}
