import { Inject, Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { Database } from '../database/database.js';
import { newId } from '../kernel/ids.js';
import { messageOf } from '../kernel/message-of.js';
import { isFinal } from './execution.state.js';
import type { ExecutionView } from './execution.view.js';
import { ExecutionsService } from './executions.service.js';
import { RunCommands, type RunOverrides } from './run-commands.service.js';
import { RunEnds } from './run-ends.service.js';

/** Runs by hand whose caller wants to see how they end. */
@Injectable()
export class AwaitedRuns {
  private readonly logger = new Logger('AwaitedRuns');

  constructor(
    @Inject(RunEnds) private readonly ends: RunEnds,
    @Inject(RunCommands) private readonly commands: RunCommands,
    @Inject(ExecutionsService) private readonly executions: ExecutionsService,
    @Inject(Database) private readonly database: Database,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /**
   * Runs a job now and answers the execution when it has ended, or as it is when `giveUp` aborts: that ends the wait, not the run. The
   * end is written to the audit log even if the caller has given up (`execution.awaited_ended`). Throws what `RunCommands.runNow` throws,
   * and `unavailable` when this process stops meanwhile.
   */
  async run(jobId: string, overrides: RunOverrides, giveUp: AbortSignal): Promise<ExecutionView> {
    const id = newId();
    const end = this.ends.expect(id);
    const made = await this.commands.runNow(jobId, overrides, { id, isAwaited: true }).catch((error: unknown) => {
      end.forget();
      throw error;
    });
    // Skipped by the overlap rule, or ended before it could be read.
    if (isFinal(made.state)) {
      end.forget();
      if (made.state !== 'skipped') await this.record(made);
      return made;
    }
    end.isStored();
    const ended = end.reached.then(async () => {
      const view = await this.executions.get(id);
      await this.record(view);
      return view;
    });
    ended.catch((error: unknown) => this.logger.debug(`Execution ${id}: ${messageOf(error)}`));
    return (await firstOf(ended, giveUp)) ?? this.executions.get(id);
  }

  /** The run is over: a record that cannot be written is no reason to withhold the answer. */
  private async record({ id, jobId, jobName, state, reason }: ExecutionView): Promise<void> {
    const subject = { type: 'execution', id, name: jobName };
    const entry = { event: 'execution.awaited_ended', jobId, subject, after: { state, reason } };
    await this.database
      .transaction((tx) => this.audit.recordTx(tx, entry))
      .catch((error: unknown) =>
        this.logger.warn(`The end of execution ${id} could not be written to the audit log: ${messageOf(error)}`),
      );
  }
}

/** What `work` gives, or null when `giveUp` aborts before. */
async function firstOf<T>(work: Promise<T>, giveUp: AbortSignal): Promise<T | null> {
  if (giveUp.aborted) return null;
  let turnAway: () => void = () => undefined;
  const aborted = new Promise<null>((resolve) => {
    turnAway = () => resolve(null);
    giveUp.addEventListener('abort', turnAway, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    giveUp.removeEventListener('abort', turnAway);
  }
}
