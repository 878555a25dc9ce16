import { Inject, Injectable, Logger } from '@nestjs/common';
import { runInContext } from '../context/request-context.js';
import { newId } from '../kernel/ids.js';
import { JobEdits } from './job-edits.service.js';

/** The job that a new installation starts with, so that the first look shows something that runs. */
@Injectable()
export class DemoJob {
  private readonly logger = new Logger('Demo');

  constructor(@Inject(JobEdits) private readonly edits: JobEdits) {}

  /** Creates it for a tenant. It needs nothing but a shell and fires every 15 seconds. */
  async create(tenant: { id: string; name: string }): Promise<void> {
    const context = { requestId: newId(), actor: 'system', tenant };
    const { job } = await runInContext(context, () =>
      this.edits.create({
        name: 'Demo: hello from Carillon',
        description: 'Made on the first start (setting DEMO). Change it, pause it or delete it as you like.',
        jobClass: 'shell',
        args: ['echo "Hello from Carillon. It is $(date), and this is attempt $CARILLON_ATTEMPT."'],
        tags: ['demo'],
        timeoutSeconds: 30,
        triggers: [{ kind: 'interval', everySeconds: 15 }],
      }),
    );
    this.logger.log(`Created a demo job that runs every 15 s: ${job.id}`);
  }
}
