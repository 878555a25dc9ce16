import { Inject, Injectable, Logger } from '@nestjs/common';
import { runInContext } from '../context/request-context.js';
import { newId } from '../kernel/ids.js';
import { JobClassRules } from './job-class-rules.service.js';
import { JobEdits } from './job-edits.service.js';

/** The job that a new installation starts with, so that the first look shows something that runs. */
@Injectable()
export class DemoJob {
  private readonly logger = new Logger('Demo');

  constructor(
    @Inject(JobEdits) private readonly edits: JobEdits,
    @Inject(JobClassRules) private readonly classes: JobClassRules,
  ) {}

  /** Creates it for a new tenant. It fires every 15 seconds and needs nothing but a shell; where that is forbidden it does nothing. */
  async create(tenant: { id: string; name: string }): Promise<void> {
    const work = this.work();
    if (work === null) {
      this.logger.log('There is no demo job, because the job classes that it could use are forbidden');
      return;
    }
    const context = { requestId: newId(), actor: 'system', tenant };
    const { job } = await runInContext(context, () =>
      this.edits.create({
        name: 'Demo: hello from Carillon',
        description: 'Made on the first start (setting DEMO). Change it, pause it or delete it as you like.',
        ...work,
        tags: ['demo'],
        timeoutSeconds: 30,
        triggers: [{ kind: 'interval', everySeconds: 15 }],
      }),
    );
    this.logger.log(`Created a demo job that runs every 15 s: ${job.id}`);
  }

  private work(): { jobClass: string; args: string[] } | null {
    const choices = [
      {
        jobClass: 'shell',
        args: ['echo "Hello from Carillon. It is $(date), and this is attempt $CARILLON_ATTEMPT."'],
      },
      { jobClass: 'noop', args: ['Hello from Carillon.'] },
    ];
    return choices.find(({ jobClass }) => this.classes.refusal(jobClass, []) === null) ?? null;
  }
}
